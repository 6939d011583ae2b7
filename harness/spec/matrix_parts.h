#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "harness/core/model.h"
#include "harness/spec/fields.h"
#include "harness/spec/read.h"

// The parts of a matrix file that describe machines, readers and cards.

namespace smx::spec {

/// `path` as the matrix means it; an absolute one stays as it is.
std::filesystem::path resolved(const Context& context, const std::string& path);

/// Complains when there is no such file, or none that can be read. `what`: "card file".
void check_readable(const Value& value, const std::filesystem::path& path, std::string_view what);

template <class T>
std::vector<std::string> ids_of(const std::vector<T>& all) {
  std::vector<std::string> ids;
  for (const auto& entry : all) ids.push_back(entry.id);
  return ids;
}

void read_targets(Fields& fields, Matrix& matrix, const Context& context);
void read_cards_and_readers(Fields& fields, Matrix& matrix, const Context& context);

}  // namespace smx::spec
