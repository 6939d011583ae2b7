#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "harness/core/cancel.h"
#include "harness/core/unique_fd.h"

// Inside of this module: plain files below a folder whose content is not trusted. No symbolic link is
// followed, in no part of a path, and nothing but plain files is opened for long.

namespace smx::signoff {

/// A folder to look below; it may itself be reached by a link. Throws Error(usage) when it is not one.
UniqueFd open_folder(const std::filesystem::path& folder);

/// An open plain file, and its size.
struct PlainFile {
  UniqueFd fd;
  std::uint64_t size = 0;
};

/// Nothing when any part of `path` (relative, normalised) is a link, or its end is not a plain file.
std::optional<PlainFile> open_plain(const UniqueFd& root, const std::string& path);

/// The SHA-256 of all that can be read; with `copy`, which is open for writing, also written there. Nothing
/// when it cannot be read to its end; throws Error(environment) when it cannot be written, Cancelled.
std::optional<std::string> sha256_of(const PlainFile& file, const CancelToken& cancel, int copy = -1);

/// All of it, when it has at most `limit` bytes and can be read.
std::optional<std::string> read_plain(const UniqueFd& root, const std::string& path, std::uint64_t limit);

}  // namespace smx::signoff
