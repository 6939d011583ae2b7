#include "reports/junit/xml_text.h"

#include <algorithm>

#include "harness/core/text.h"

namespace smx {

std::string xml_text(std::string_view text, std::size_t limit) {
  // What stays as controls there (newline, tab) XML allows; the two non-characters it does not.
  auto safe = sanitize_guest_text(text, limit);
  for (const std::string_view forbidden : {"\xEF\xBF\xBE", "\xEF\xBF\xBF"})
    for (auto at = safe.find(forbidden); at != std::string::npos; at = safe.find(forbidden, at))
      safe.replace(at, forbidden.size(), "\xEF\xBF\xBD");
  return safe;
}

std::string xml_line(std::string_view text, std::size_t limit) {
  auto line = xml_text(text, limit);
  std::replace_if(
      line.begin(), line.end(), [](char c) { return c == '\n' || c == '\t'; }, ' ');
  return line;
}

}  // namespace smx
