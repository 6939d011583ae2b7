#include "scenarios/agent/windows/win32/command_line.h"

namespace smx::agent {
namespace {

std::string quoted(const std::string& argument) {
  if (!argument.empty() && argument.find_first_of(" \t\n\v\"") == std::string::npos) return argument;
  std::string text = "\"";
  std::size_t backslashes = 0;
  for (const char c : argument) {
    if (c == '"') text.append(backslashes + 1, '\\');  // those before it again, and one for itself
    backslashes = c == '\\' ? backslashes + 1 : 0;
    text.push_back(c);
  }
  text.append(backslashes, '\\');
  return text + "\"";
}

}  // namespace

std::string command_line(const std::vector<std::string>& arguments) {
  std::string line;
  for (const auto& argument : arguments) line += (line.empty() ? "" : " ") + quoted(argument);
  return line;
}

}  // namespace smx::agent
