#pragma once

#include <string>
#include <vector>

namespace smx::agent {

/// At most 64 KiB of a file, "" when it cannot be read: files under /proc and /sys come and go.
std::string read_small_file(const std::string& path);

/// The first line of a file, without its end.
std::string read_line(const std::string& path);

/// The names in a folder, sorted, without "." and ".."; empty when it is not there. At most 4096.
std::vector<std::string> names_in(const std::string& folder);

}  // namespace smx::agent
