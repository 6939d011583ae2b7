#include "scenarios/prediction/predict.h"

#include <fmt/format.h>

#include "scenarios/prediction/dependencies.h"
#include "scenarios/prediction/rows.h"

namespace smx {
namespace {

Prediction expect(Prediction p, const std::string& cause, const std::string& why) {
  p.expected = Outcome::failed;
  p.cause = cause;
  p.why = why;
  return p;
}

/// Whether this service stands in the row's way; `p` then says why.
bool stopped_by(const WindowsInspection& windows, const NeededService& needed, Prediction& p) {
  if (needed.for_plug_and_play && windows.plug_and_play == false) return false;
  const auto* service = windows.service(needed.name);
  if (!service) {
    if (needed.if_installed) return false;
    p = expect(
        p, "service-missing",
        fmt::format("{} is not installed: row {} is expected to stop with error 1060", needed.name, p.row));
    return true;
  }
  if (!windows.starts(needed.name, p.mode)) {
    p = expect(p, "not-in-safeboot",
               fmt::format("{} is not on the {} list: row {} is expected to stop with error 1084",
                           needed.name, list_name(p.mode), p.row));
    return true;
  }
  if (service->disabled()) {
    p = expect(p, "service-disabled",
               fmt::format("{} is disabled: row {} is expected to stop with error 1058", needed.name, p.row));
    return true;
  }
  const auto broken = broken_dependency(windows, *service, p.mode);
  if (!broken) return false;
  p = expect(p, broken->cause,
             fmt::format("{} depends on {}: row {} is expected to stop with error {}", needed.name,
                         broken->what, p.row, broken->error));
  return true;
}

bool stopped_by_reader(const WindowsInspection& windows, Prediction& p) {
  if (p.mode == BootMode::normal || has_entry(windows.list(p.mode), kReaderClass)) return false;
  p = expect(
      p, "not-in-safeboot",
      fmt::format("the class of smart card readers is not on the {} list: no reader starts, and row {} is "
                  "expected to fail",
                  list_name(p.mode), p.row));
  return true;
}

}  // namespace

std::optional<Prediction> predict(const WindowsInspection& windows, const std::string& scenario,
                                  BootMode mode) {
  const auto* needs = needs_of(scenario);
  if (!needs) return std::nullopt;
  Prediction p{scenario, needs->row, mode, Outcome::passed, {}, {}};
  for (const auto& service : common_services())
    if (stopped_by(windows, service, p)) return p;
  if (stopped_by_reader(windows, p)) return p;
  for (const auto& service : needs->services)
    if (stopped_by(windows, service, p)) return p;
  if (scenario == "certificate-propagation" && windows.propagation == false)
    return expect(
        p, "turned-off-by-policy",
        fmt::format("the policy CertPropEnabled is 0: row {} is expected to find no certificate", p.row));
  p.why = fmt::format("everything that row {} is known to need is installed and started in this mode", p.row);
  return p;
}

std::vector<Prediction> predict_all(const WindowsInspection& windows, BootMode mode) {
  std::vector<Prediction> all;
  for (const auto& row : row_needs())
    if (auto prediction = predict(windows, row.scenario, mode)) all.push_back(std::move(*prediction));
  return all;
}

}  // namespace smx
