#include "reports/junit/xml_text.h"

#include <algorithm>

#include "harness/core/text.h"

namespace smx {

std::string xml_text(std::string_view text, std::size_t limit) {
  // What that leaves of controls (newline, tab) XML allows, and non-characters are gone.
  return sanitize_guest_text(text, limit);
}

std::string xml_line(std::string_view text, std::size_t limit) {
  auto line = xml_text(text, limit);
  std::replace_if(
      line.begin(), line.end(), [](char c) { return c == '\n' || c == '\t'; }, ' ');
  return line;
}

}  // namespace smx
