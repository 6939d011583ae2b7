#include "scenarios/agent/core/http_answer.h"

#include <algorithm>

namespace smx::agent {
namespace {

constexpr std::size_t kTokenLimit = 128;

bool is_of_token(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '_';
}

}  // namespace

std::string token_of_answer(std::string_view answer) {
  const auto body = answer.find("\r\n\r\n");
  constexpr std::size_t kStatusAt = 8;
  if (body == std::string_view::npos || body < kStatusAt || !answer.starts_with("HTTP/1.") ||
      answer.substr(kStatusAt, 5) != " 200 ")
    return {};
  auto token = answer.substr(body + 4);
  while (!token.empty() && (token.back() == '\n' || token.back() == '\r')) token.remove_suffix(1);
  if (token.size() > kTokenLimit || !std::all_of(token.begin(), token.end(), is_of_token)) return {};
  return std::string(token);
}

}  // namespace smx::agent
