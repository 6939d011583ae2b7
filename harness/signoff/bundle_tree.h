#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "harness/core/unique_fd.h"

namespace smx::signoff {

/// Everything below a folder, by its path, without following any link.
struct TreeEntry {
  std::string odd;  ///< empty: a plain file; else what it is: "a symbolic link", "an empty folder", ...
  std::uint64_t size = 0;  ///< of a plain file
};
using Tree = std::map<std::string, TreeEntry>;

/// Nothing when there are more than `limit` entries. Folders are there only when they are empty, too deep
/// (kDepthLimit) or unreadable.
std::optional<Tree> tree_below(const UniqueFd& root, std::size_t limit);

}  // namespace smx::signoff
