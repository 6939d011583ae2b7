#include "scenarios/agent/windows/rows/scinfo_output.h"

namespace smx::agent {
namespace {

/// Without white space, and in lower case. NULs go too: the output may be UTF-16.
std::string bare(std::string_view text) {
  std::string result;
  for (const char c : text) {
    if (c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\0') continue;
    result.push_back(c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c);
  }
  return result;
}

}  // namespace

bool names_text(std::string_view output, std::string_view name) {
  const auto wanted = bare(name);
  return !wanted.empty() && bare(output).find(wanted) != std::string::npos;
}

bool names_bytes(std::string_view output, const Bytes& bytes) {
  return !bytes.empty() && bare(output).find(hex(bytes)) != std::string::npos;
}

}  // namespace smx::agent
