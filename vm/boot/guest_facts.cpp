#include "vm/boot/guest_facts.h"

#include <fmt/ranges.h>

#include <nlohmann/json.hpp>

#include "harness/core/text.h"

namespace smx::vm {
namespace {

using nlohmann::json;

constexpr std::size_t kLongestText = 4096;
constexpr std::size_t kMostEntries = 4096;
constexpr std::size_t kShownText = 300;

const json* member(const json& object, const std::string& key) {
  if (!object.is_object()) return nullptr;
  const auto found = object.find(key);
  return found == object.end() ? nullptr : &*found;
}

std::optional<std::string> as_text(const json* value) {
  if (!value || !value->is_string()) return std::nullopt;
  const auto& text = value->get_ref<const std::string&>();
  return text.size() <= kLongestText ? std::optional(text) : std::nullopt;
}

}  // namespace

std::optional<std::string> GuestFacts::text(const std::string& key) const {
  return as_text(member(facts_, key));
}

std::optional<std::vector<std::string>> GuestFacts::texts(const std::string& key) const {
  const auto* list = member(facts_, key);
  if (!list || !list->is_array() || list->size() > kMostEntries) return std::nullopt;
  std::vector<std::string> texts;
  for (const auto& entry : *list) {
    auto text = as_text(&entry);
    if (!text) return std::nullopt;
    texts.push_back(std::move(*text));
  }
  return texts;
}

std::optional<std::string> GuestFacts::text_in(const std::string& object, const std::string& key) const {
  const auto* found = member(facts_, object);
  return found ? as_text(member(*found, key)) : std::nullopt;
}

std::optional<std::int64_t> GuestFacts::integer_in(const std::string& object, const std::string& key) const {
  const auto* found = member(facts_, object);
  const auto* value = found ? member(*found, key) : nullptr;
  if (!value || !value->is_number_integer()) return std::nullopt;
  // A number past int64 would wrap round to one that may be the expected one.
  if (value->is_number_unsigned() && value->get<std::uint64_t>() > INT64_MAX) return std::nullopt;
  return value->get<std::int64_t>();
}

Fact agent_fact(std::string name, std::string expected, const std::optional<std::string>& actual,
                bool agrees) {
  return {std::move(name), std::move(expected),
          actual ? sanitize_guest_text(*actual, kShownText) : "(not reported)", agrees && actual.has_value(),
          "agent"};
}

}  // namespace smx::vm
