#include "scenarios/agent/windows/screen/screen_state.h"

#include <algorithm>
#include <charconv>
#include <vector>

namespace smx::agent {
namespace {

constexpr std::string_view kFormat = "1", kNone = "-";
constexpr std::size_t kFields = 7, kTextLimit = 400;

bool consists_of(std::string_view text, std::string_view characters) {
  return !text.empty() && text.find_first_not_of(characters) == std::string_view::npos;
}

std::vector<std::string_view> fields_of(std::string_view text) {
  std::vector<std::string_view> fields;
  for (;;) {
    const auto end = text.find(' ');
    fields.push_back(text.substr(0, end));
    if (end == std::string_view::npos || fields.size() > kFields) return fields;
    text.remove_prefix(end + 1);
  }
}

template <typename Number>
bool read(std::string_view field, Number& number) {
  const auto* end = field.data() + field.size();
  const auto result = std::from_chars(field.data(), end, number);
  return result.ec == std::errc() && result.ptr == end;
}

bool is_sid(std::string_view text) {
  return text.starts_with("S-1-") && consists_of(text.substr(4), "0123456789-");
}

}  // namespace

std::string screen_state_text(const ScreenState& state) {
  return std::string(kFormat) + " " + state.nonce + " " + std::to_string(state.record) + " " +
         std::to_string(state.session) + " " + (state.sid.empty() ? std::string(kNone) : state.sid) + " " +
         std::to_string(state.process) + " " + std::to_string(state.began);
}

std::optional<ScreenState> screen_state(std::string_view text) {
  if (text.size() > kTextLimit) return std::nullopt;
  const auto fields = fields_of(text);
  if (fields.size() != kFields || fields[0] != kFormat) return std::nullopt;
  ScreenState state;
  if (fields[1].size() != 32 || !consists_of(fields[1], "0123456789abcdef")) return std::nullopt;
  state.nonce = fields[1];
  if (fields[4] != kNone && !is_sid(fields[4])) return std::nullopt;
  if (fields[4] != kNone) state.sid = fields[4];
  if (!read(fields[2], state.record) || !read(fields[3], state.session) || !read(fields[5], state.process) ||
      !read(fields[6], state.began))
    return std::nullopt;
  return state;
}

}  // namespace smx::agent
