#pragma once

#include <filesystem>

#include "harness/spec/document.h"

namespace smx::spec {

/// A file read by `read`, which takes the document. Throws Error(usage) with every problem of the file.
template <class Read>
auto load_whole(const std::filesystem::path& path, const Read& read) {
  Problems problems;
  const auto document = read_document(path, problems);
  decltype(read(*document)) value;
  if (document) value = read(*document);
  problems.throw_if_any();
  return value;
}

}  // namespace smx::spec
