#include <algorithm>
#include <nlohmann/json.hpp>

#include "harness/core/text.h"
#include "scenarios/verify/verify.h"

namespace smx::verify {
namespace {

using nlohmann::json;

constexpr std::size_t kMostBytes = 1u << 20;
constexpr int kDeepest = 16;
constexpr std::size_t kMostChecks = 100;
constexpr std::size_t kLongestWord = 64, kLongestMessage = 2000;

AgentResult refused(const char* cause, const std::string& message) {
  AgentResult r;
  r.trouble = Observation{Outcome::blocked, cause, message, {}, {}};
  return r;
}

AgentResult malformed(const std::string& why) {
  return refused("malformed-result", "the agent's result " + why);
}

/// Parses, or gives `discarded`; a document nested deeper than kDeepest is one too, before it can use up the
/// stack.
json parse_bounded(std::string_view bytes) {
  return json::parse(
      bytes,
      [](int depth, json::parse_event_t, json&) {
        if (depth > kDeepest) throw std::length_error("too deep");
        return true;
      },
      false);
}

std::optional<std::string> text_at(const json& object, const char* key, std::size_t limit) {
  const auto it = object.find(key);
  if (it == object.end() || !it->is_string()) return std::nullopt;
  return sanitize_guest_text(it->get_ref<const std::string&>(), limit);
}

bool is_word(const std::string& text) {
  return !text.empty() && text.size() <= kLongestWord && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  });
}

/// One element of "checks", or nothing when it is not one.
std::optional<Check> read_check(const json& j) {
  if (!j.is_object()) return std::nullopt;
  const auto id = text_at(j, "id", kLongestWord + 1), outcome = text_at(j, "outcome", kLongestWord),
             cause = text_at(j, "cause", kLongestWord + 1), message = text_at(j, "message", kLongestMessage);
  if (!id || !outcome || !cause || !message || !is_word(*id)) return std::nullopt;
  const auto value = parse_outcome(*outcome);
  // An agent speaks of what it checked; time-outs, crashes and proofs are the controller's to say.
  if (!value || (*value != Outcome::passed && *value != Outcome::failed &&
                 *value != Outcome::not_applicable && *value != Outcome::blocked))
    return std::nullopt;
  // What did not pass must say why in a word that can be compared between runs.
  if (*value == Outcome::passed ? !cause->empty() : !is_word(*cause)) return std::nullopt;
  return Check{*id, *value, *cause, *message, "agent"};
}

}  // namespace

AgentResult parse_agent_result(std::string_view bytes, std::string_view scenario, std::string_view phase,
                               std::string_view nonce) {
  if (bytes.size() > kMostBytes) return malformed("is larger than 1 MiB");
  json j;
  try {
    j = parse_bounded(bytes);
  } catch (const std::length_error&) {
    return malformed("is nested too deeply");
  }
  if (j.is_discarded() || !j.is_object()) return malformed("is no JSON object");
  if (j.value("format", json()) != 1) return malformed("is not of format 1");
  for (const auto& [key, expected] : {std::pair{"scenario", scenario}, {"phase", phase}, {"nonce", nonce}}) {
    const auto it = j.find(key);
    if (it == j.end() || !it->is_string() || it->get_ref<const std::string&>() != expected)
      return refused("foreign-result",
                     std::string("the agent's result has another ") + key + " than was asked for");
  }
  const auto checks = j.find("checks"), details = j.find("details");
  if (checks == j.end() || !checks->is_array() || checks->size() > kMostChecks)
    return malformed("has no list of checks");
  if (details == j.end() || !details->is_object()) return malformed("has no details");
  AgentResult result;
  for (const auto& element : *checks) {
    auto check = read_check(element);
    if (!check) return malformed("has a check that is none");
    result.checks.push_back(std::move(*check));
  }
  result.details = std::make_shared<const json>(std::move(*details));
  return result;
}

}  // namespace smx::verify
