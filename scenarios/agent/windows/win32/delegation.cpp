#include "scenarios/agent/windows/win32/delegation.h"

#include <nlohmann/json.hpp>

namespace smx::agent {
namespace {

using nlohmann::json;

constexpr std::size_t kResultLimit = 1u << 20;

[[noreturn]] void no_result(const char* why) {
  throw StepFailure(CheckOutcome::blocked, "system-trouble",
                    std::string("the agent in the user's session gave no result: ") + why);
}

json address(const Service& service) {
  return {{"host", service.host}, {"port", service.port}, {"name", service.name}};
}

json lab_json(const Lab& lab) {
  return {{"kind", lab.kind},       {"realm", lab.realm},           {"domain", lab.domain},
          {"user", lab.user},       {"other_user", lab.other_user}, {"ca_pem", lab.ca_pem},
          {"crl_pem", lab.crl_pem}, {"share", lab.share},           {"kdc", address(lab.kdc)},
          {"web", address(lab.web)}};
}

std::string text_of(const json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

void report(const json& check, Reporter& checks) {
  if (!check.is_object()) no_result("a check is not an object");
  const auto id = text_of(check, "id"), outcome = text_of(check, "outcome");
  const auto cause = text_of(check, "cause"), message = text_of(check, "message");
  if (outcome == "passed") return checks.passed(id, message);
  if (outcome == "failed") return checks.failed(id, cause, message);
  if (outcome == "not-applicable") return checks.not_applicable(id, cause, message);
  if (outcome == "blocked") return checks.blocked(id, cause, message);
  no_result("a check has no outcome");
}

Details::Value value_of(const json& value) {
  if (value.is_boolean()) return value.get<bool>();
  if (value.is_number_integer()) return value.get<std::int64_t>();
  if (value.is_string()) return value.get<std::string>();
  if (value.is_array()) {
    std::vector<std::string> texts;
    for (const auto& item : value) texts.push_back(item.is_string() ? item.get<std::string>() : item.dump());
    return texts;
  }
  if (!value.is_object()) return value.dump();
  Details details;
  for (const auto& [key, inner] : value.items()) details.set({key}, value_of(inner));
  return details;
}

}  // namespace

std::string request_json(const Request& request, const std::string& phase, std::chrono::milliseconds limit) {
  json root = {{"format", 1},
               {"phase", phase},
               {"nonce", request.nonce},
               {"time_limit_ms", std::max<std::int64_t>(1, limit.count())},
               {"credentials", json::object()},
               {"card",
                {{"application", request.application == CardApplication::gids ? "gids" : "piv"},
                 {"certificate_pem", request.certificate_pem},
                 {"atr", hex(request.atr)},
                 {"may_block", request.may_block}}}};
  for (const auto& [name, pin] : request.credentials) root["credentials"][name] = pin.reveal();
  for (const auto& [name, service] : request.services) {
    root["services"][name] = address(service);
    root["services"][name]["ca_pem"] = service.ca_pem;
  }
  if (request.lab_given) root["lab"] = lab_json(*request.lab_given);
  return root.dump();
}

void take_over(std::string_view result, std::string_view scenario, const std::string& nonce, Reporter& checks,
               Details& details) {
  if (result.size() > kResultLimit) no_result("it is too long");
  const json root = json::parse(result, nullptr, false);
  if (!root.is_object()) no_result("it wrote no JSON");
  if (text_of(root, "scenario") != scenario || text_of(root, "nonce") != nonce) no_result("it is another's");
  if (const auto found = root.find("details"); found != root.end() && found->is_object())
    for (const auto& [key, value] : found->items()) details.set({key}, value_of(value));
  if (const auto found = root.find("checks"); found != root.end() && found->is_array())
    for (const auto& check : *found) report(check, checks);
}

}  // namespace smx::agent
