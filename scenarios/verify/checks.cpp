#include "scenarios/verify/checks.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace smx::verify {
namespace {

constexpr std::size_t kTextLimit = 64u << 10;

}  // namespace

Check passed(const char* id, std::string message) {
  return {id, Outcome::passed, "", std::move(message), "controller"};
}

Check not_applicable(const char* id, const char* cause, std::string message) {
  return {id, Outcome::not_applicable, cause, std::move(message), "controller"};
}

Check blocked(const char* id, const char* cause, std::string message) {
  return {id, Outcome::blocked, cause, std::move(message), "controller"};
}

Check not_observable(const char* id) {
  return blocked(id, "not-observable", "the controller does not see the card in this reader");
}

Check no_certificate(const char* id) {
  return blocked(
      id, "no-card-certificate",
      "nothing says which certificate the card must have; name it as the card's \"certificate\" in "
      "the matrix");
}

Check failed(const char* id, const char* cause, std::string message) {
  return {id, Outcome::failed, cause, std::move(message), "controller"};
}

bool is_not_applicable(const VerifyContext& context, std::string_view check, std::string_view cause) {
  const auto& all = context.not_applicable;
  return std::any_of(all.begin(), all.end(),
                     [&](const Check& c) { return c.id == check && c.cause == cause; });
}

std::string text_in(const nlohmann::json& details, std::initializer_list<const char*> path) {
  const nlohmann::json* at = &details;
  for (const char* key : path) {
    if (!at->is_object()) return {};
    const auto found = at->find(key);
    if (found == at->end()) return {};
    at = &*found;
  }
  if (!at->is_string() || at->get_ref<const std::string&>().size() > kTextLimit) return {};
  return at->get<std::string>();
}

}  // namespace smx::verify
