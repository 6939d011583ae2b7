#include <algorithm>
#include <thread>

#include "scenarios/agent/windows/platform/windows_platform.h"
#include "scenarios/agent/windows/smartcard/smart_card_policies.h"
#include "scenarios/agent/windows/win32/devices.h"
#include "scenarios/agent/windows/win32/service_errors.h"
#include "scenarios/agent/windows/win32/services.h"
#include "scenarios/agent/windows/win32/system_error.h"
#include "scenarios/agent/windows/win32/wine.h"

namespace smx::agent {
namespace {

/// Windows looks for a driver after the insertion, on Windows Update too.
constexpr Deadline::Duration kDriverLimit{15000};
constexpr std::uint32_t kFailedInstall = 28;  // CM_PROB_FAILED_INSTALL (cfg.h): no driver was found

std::string described(const Device& device) {
  return device.name + " (" + device.instance + "), driver " + device.driver_version + " of " +
         device.driver_provider + ", " + device.inf;
}

/// The card's device, started or with a problem; waits, since Windows 7 has no event for it that a service
/// without a window could wait for.
std::vector<Device> card_devices(const Deadline& deadline) {
  for (;;) {
    auto devices = devices_of_class(kCardClass);
    const bool settled = std::any_of(devices.begin(), devices.end(),
                                     [](const Device& d) { return d.started || d.problem != 0; });
    if (settled || deadline.over()) return devices;
    std::this_thread::sleep_for(deadline.remaining(Deadline::Duration{100}));
  }
}

/// Why there is no device for the card.
CardDriver no_device(const Deadline& deadline) {
  if (smart_card_policies().plug_and_play == 0u)
    return {CheckOutcome::failed, "plug-and-play-off",
            "the policy EnableScPnP is 0, so that Windows looks for no driver for cards"};
  // CertPropSvc must run for Plug and Play of cards (Microsoft, "Certificate Propagation Service").
  const auto end = start_service("CertPropSvc", deadline);
  if (end.error == 0) stop_service("CertPropSvc");
  if (!service_runs(end.error)) {
    const auto why = service_failure("CertPropSvc", end.refused, end.error, "no-propagation-service");
    return {CheckOutcome::failed, why.cause, "Windows has no device for the card, and " + why.message};
  }
  return {CheckOutcome::failed, "no-card-device", "Windows has no device for the card in the reader"};
}

}  // namespace

CardDriver WindowsPlatform::card_driver(const Bytes&, const Deadline& deadline) {
  if (!wine_version().empty())
    return {CheckOutcome::not_applicable, "no-card-drivers", "Wine has no drivers for cards"};
  const Deadline limit(deadline.remaining(kDriverLimit));
  const auto devices = card_devices(limit);
  if (devices.empty()) return no_device(deadline);
  const auto started = std::find_if(devices.begin(), devices.end(),
                                    [](const Device& d) { return d.started && d.problem == 0; });
  if (started != devices.end()) return {CheckOutcome::passed, "", described(*started)};
  const auto& device = devices.front();
  const bool absent = device.problem == kFailedInstall;
  return {CheckOutcome::failed, absent ? "no-card-driver" : "driver-problem",
          described(device) + ": problem " + std::to_string(device.problem)};
}

}  // namespace smx::agent
