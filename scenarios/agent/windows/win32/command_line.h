#pragma once

#include <string>
#include <vector>

namespace smx::agent {

/// One command line out of arguments, by the rules by which the C library takes it apart again ("Parsing C
/// command-line arguments", Microsoft): quoted where needed, backslashes doubled before a quotation mark.
/// UTF-8 in and out. Pure.
std::string command_line(const std::vector<std::string>& arguments);

}  // namespace smx::agent
