#pragma once

#include <functional>
#include <string>
#include <vector>

namespace smx::agent {

/// The test program's first argument when it is a helper.
inline constexpr const char* kHelperChild = "helper-child";

/// What it does then; gives the exit code.
///   echo           stdin to stdout, "talk" to stderr
///   arguments ...  each of them on a line of its own
///   exit N         ends with N
///   hang           never ends
///   watch N        waits for a prompt that never comes, for N ms at most, and does not end by itself
///   flood N        writes N bytes to stdout
///   deaf           ends without reading its input
int help(const std::vector<std::string>& arguments, const std::function<std::string()>& read_stdin);

/// The arguments of a child that is this program as that helper.
std::vector<std::string> helper(std::vector<std::string> arguments);

}  // namespace smx::agent
