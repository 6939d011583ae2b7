#include "harness/spec/fields.h"

#include <fmt/format.h>

#include <algorithm>

namespace smx::spec {
namespace {

constexpr std::size_t kIdLimit = 64;

bool is_id(std::string_view text) {
  const auto plain = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
  return !text.empty() && text.size() <= kIdLimit && plain(text[0]) &&
         std::all_of(text.begin(), text.end(),
                     [&](char c) { return plain(c) || c == '-' || c == '.' || c == '_'; });
}

std::string listed(const std::vector<std::string>& words) {
  std::string list;
  for (const auto& word : words) list += (list.empty() ? "\"" : ", \"") + word + "\"";
  return list;
}

}  // namespace

std::optional<std::string> read_text(const Value& value, std::size_t most) {
  if (value.kind() != Kind::text) {
    value.complain(fmt::format("a text was expected, not {}", value.described()));
    return std::nullopt;
  }
  const auto& text = value.node().text;
  const bool control = std::any_of(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t') || c == 0x7F;
  });
  if (control) value.complain("this text holds a control character; remove it");
  if (text.size() > most) value.complain(fmt::format("this text is longer than {} bytes", most));
  if (control || text.size() > most) return std::nullopt;
  return text;
}

std::optional<std::int64_t> read_integer(const Value& value, std::int64_t least, std::int64_t most) {
  const auto& number = value.node().integer;
  if (number && *number >= least && *number <= most) return number;
  value.complain(
      fmt::format("a whole number from {} to {} was expected, not {}", least, most, value.described()));
  return std::nullopt;
}

std::vector<Value> read_list(const Value& value, std::size_t least) {
  if (value.kind() != Kind::list) {
    value.complain(fmt::format("a list was expected, not {}", value.described()));
    return {};
  }
  auto items = value.children();
  if (items.size() < least)
    value.complain(least == 1 ? "this list is empty; it needs at least one entry"
                              : fmt::format("this list needs at least {} entries", least));
  return items;
}

std::optional<std::string> read_id(const Value& value) {
  const auto text = read_text(value);
  if (!text || is_id(*text)) return text;
  value.complain(fmt::format("{} is no id; use up to {} lower-case letters, digits, \"-\", \".\" and \"_\"",
                             quote(*text), kIdLimit));
  return std::nullopt;
}

std::optional<std::string> read_word(const Value& value, std::string_view noun,
                                     const std::vector<std::string>& words) {
  if (value.kind() == Kind::text && std::find(words.begin(), words.end(), value.node().text) != words.end())
    return value.node().text;
  if (value.kind() == Kind::text)
    value.complain(
        fmt::format("{} is no {}{}", quote(value.node().text), noun, suggestion(value.node().text, words)));
  else
    value.complain(
        fmt::format("a {} was expected, not {}{}", noun, value.described(), suggestion("", words)));
  return std::nullopt;
}

Fields::Fields(const Value& value, std::string noun) : value_(value), noun_(std::move(noun)) {
  if (!is_object()) value.complain(fmt::format("{} is an object: {{ }}, not {}", noun_, value.described()));
}

std::optional<Value> Fields::optional(std::string_view key) {
  known_.emplace_back(key);
  return value_.member(key);
}

std::optional<Value> Fields::required(std::string_view key) {
  const auto found = optional(key);
  if (!found && is_object()) value_.complain(fmt::format("{} needs the key \"{}\"", noun_, key));
  return found;
}

std::string Fields::text(std::string_view key, const std::string& otherwise) {
  const auto value = optional(key);
  return (value ? read_text(*value) : std::nullopt).value_or(otherwise);
}

std::string Fields::required_text(std::string_view key) {
  const auto value = required(key);
  const auto text = value ? read_text(*value) : std::nullopt;
  if (text && text->empty()) value->complain(fmt::format("\"{}\" may not be empty", key));
  return text.value_or("");
}

std::int64_t Fields::integer(std::string_view key, std::int64_t otherwise, std::int64_t least,
                             std::int64_t most) {
  const auto value = optional(key);
  return (value ? read_integer(*value, least, most) : std::nullopt).value_or(otherwise);
}

bool Fields::boolean(std::string_view key, bool otherwise) {
  const auto value = optional(key);
  if (!value) return otherwise;
  if (value->kind() == Kind::boolean) return value->node().boolean;
  value->complain(fmt::format("true or false was expected, not {}", value->described()));
  return otherwise;
}

std::vector<std::string> Fields::texts(std::string_view key,
                                       const std::function<std::optional<std::string>(const Value&)>& read,
                                       std::size_t least) {
  std::vector<std::string> texts;
  const auto value = optional(key);
  if (!value) return texts;
  for (const auto& item : read_list(*value, least)) {
    auto text = read(item);
    if (!text) continue;
    if (std::find(texts.begin(), texts.end(), *text) != texts.end())
      item.complain(fmt::format("{} is listed twice; remove one", quote(*text)));
    else
      texts.push_back(std::move(*text));
  }
  return texts;
}

void Fields::finish() {
  for (const auto& child : value_.children()) {
    const auto& key = child.node().key;
    if (!is_object() || std::find(known_.begin(), known_.end(), key) != known_.end()) continue;
    if (value_.document().problems().full()) return value_.document().problems().count_one();
    const auto near = suggestion(key, known_);
    child.complain_at_key(fmt::format("{} has no key {}{}", noun_, quote(key),
                                      near.ends_with('?') ? near : "; its keys are " + listed(known_)));
  }
}

Fields file_fields(const Document& document, const std::string& noun) {
  Fields fields(document.root(), noun);
  fields.optional("$schema");
  if (const auto format = fields.required("format"); format && format->node().integer != 1)
    format->complain(fmt::format("this program reads format 1, not {}; is the file of a later version?",
                                 format->described()));
  return fields;
}

}  // namespace smx::spec
