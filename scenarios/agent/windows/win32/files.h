#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace smx::agent {

/// At most `limit` bytes from a file's begin; empty when it is not there or cannot be read.
std::string read_file(const std::string& path, std::size_t limit);

/// Names in a folder, without "." and "..", at most `limit`.
std::vector<std::string> names_in_folder(const std::string& folder, std::size_t limit);

/// Nothing when there is no such file.
std::optional<std::uint64_t> size_of_file(const std::string& path);

/// %windir%, without a separator at its end: "C:\Windows".
std::string windows_folder();

/// %windir%\System32, of the system's own width: a 32-bit agent on a 64-bit system gets "…\Sysnative", the
/// name by which the file system's redirection lets it through.
std::string system_folder();

}  // namespace smx::agent
