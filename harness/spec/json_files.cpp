#include "harness/spec/json_files.h"

#include <fmt/format.h>

#include <algorithm>

#include "harness/core/error.h"

namespace smx::spec {

std::vector<std::filesystem::path> json_files(const std::filesystem::path& folder, std::string_view what) {
  std::vector<std::filesystem::path> files;
  std::error_code trouble;
  for (std::filesystem::directory_iterator it(folder, trouble), end; !trouble && it != end;
       it.increment(trouble)) {
    const auto file = it->path().filename().string();
    // A dot file is an editor's or a half-written one.
    if (!file.ends_with(".json") || file.ends_with(".confirmations.json") || file.starts_with('.')) continue;
    files.push_back(it->path());
  }
  if (trouble)
    throw Error(ErrorKind::usage, fmt::format("{}: the {} folder cannot be read ({}); name the right one",
                                              folder.string(), what, trouble.message()));
  if (files.empty())
    throw Error(ErrorKind::usage, fmt::format("{}: no {} file (*.json) in this folder; name the right one",
                                              folder.string(), what));
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace smx::spec
