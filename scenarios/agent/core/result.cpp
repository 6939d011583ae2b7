#include "scenarios/agent/core/result.h"

#include <nlohmann/json.hpp>
#include <stdexcept>

namespace smx::agent {
namespace {

using nlohmann::json;

json to_json(const Details& details) {
  json object = json::object();
  for (const auto& [key, value] : details.values()) {
    object[key] = std::visit(
        [](const auto& v) -> json {
          if constexpr (std::is_same_v<std::decay_t<decltype(v)>, Details>)
            return to_json(v);
          else
            return json(v);
        },
        value);
  }
  return object;
}

}  // namespace

void Details::set(Path path, Value value) {
  if (path.size() == 0) throw std::logic_error("a detail needs a name");
  Details* at = this;
  for (auto key = path.begin(); key + 1 != path.end(); ++key) {
    auto& next = at->values_[std::string(*key)];
    if (!std::holds_alternative<Details>(next)) next = Details{};
    at = &std::get<Details>(next);
  }
  at->values_[std::string(*(path.end() - 1))] = std::move(value);
}

std::string result_json(const std::string& scenario, const Request& request, const Reporter& reporter,
                        const Details& details) {
  json checks = json::array();
  for (const auto& report : reporter.reports())
    checks.push_back({{"id", report.id},
                      {"outcome", std::string(name(report.outcome))},
                      {"cause", report.cause},
                      {"message", report.message}});
  const json root = {{"format", 1},
                     {"scenario", scenario},
                     {"phase", request.phase},
                     {"nonce", request.nonce},
                     {"checks", std::move(checks)},
                     {"details", to_json(details)}};
  return root.dump(-1, ' ', false, json::error_handler_t::replace) + "\n";
}

}  // namespace smx::agent
