#include "reports/json/json_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "harness/core/text.h"

namespace smx {
namespace {

using nlohmann::json;

void cut_texts(json& value) {
  if (value.is_structured()) {
    for (auto& part : value) cut_texts(part);
  } else if (value.is_string() && value.get_ref<const std::string&>().size() > kJsonText) {
    auto& text = value.get_ref<std::string&>();
    std::size_t end = kJsonText;
    while (end > kJsonText - 4 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
    text.resize(end);
  }
}

/// RFC 8259, section 7: UTF-16, in two parts where it must be.
std::string escape_sequence(char32_t c) {
  if (c < 0x10000) return fmt::format("\\u{:04x}", static_cast<unsigned>(c));
  const auto rest = static_cast<unsigned>(c) - 0x10000;
  return fmt::format("\\u{:04x}\\u{:04x}", 0xD800 + (rest >> 10), 0xDC00 + (rest & 0x3FF));
}

}  // namespace

std::string json_text(json document) {
  cut_texts(document);
  const auto dumped = document.dump(2, ' ', false, json::error_handler_t::replace);
  std::string text;
  text.reserve(dumped.size() + 1);
  // What is not ASCII stands in strings only, so it can be escaped without knowing where it stands; controls
  // below it nlohmann escapes.
  for (std::string_view rest = dumped; !rest.empty();) {
    const auto plain =
        std::find_if(rest.begin(), rest.end(), [](char c) { return static_cast<unsigned char>(c) >= 0x7F; });
    text.append(rest.begin(), plain);
    rest.remove_prefix(static_cast<std::size_t>(plain - rest.begin()));
    if (rest.empty()) break;
    const auto character = rest.substr(0, std::max<std::size_t>(utf8_length(rest), 1));
    if (is_invisible(character))
      text += escape_sequence(code_point(character));
    else
      text += character;
    rest.remove_prefix(character.size());
  }
  return text + "\n";
}

}  // namespace smx
