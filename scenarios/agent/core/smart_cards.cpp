#include "scenarios/agent/core/smart_cards.h"

#include <thread>

#include "scenarios/agent/core/reporter.h"

namespace smx::agent {

std::string first_reader(SmartCards& cards, const Deadline& deadline) {
  // A card service that has just been started finds its readers a moment later. PC/SC's own event for that
  // (\\?PnP?\Notification) is not in every implementation, so it is asked at a growing interval.
  constexpr Deadline::Duration kLimit{5000};
  const Deadline limit(deadline.remaining(kLimit));
  for (Deadline::Duration pause{10};; pause = std::min(2 * pause, Deadline::Duration{200})) {
    const auto names = cards.readers();
    if (!names.empty()) return names.front();
    if (limit.over()) break;
    std::this_thread::sleep_for(limit.remaining(pause));
  }
  throw StepFailure(CheckOutcome::failed, "no-reader", "the smart card service runs but knows no reader");
}

ReaderStatus wait_for_card(SmartCards& cards, const std::string& reader, ReaderStatus status, bool card,
                           const Deadline& deadline) {
  while ((status.card != card || !status.known) && !deadline.over())
    status = cards.wait_for_change(reader, status, deadline.remaining());
  return status;
}

}  // namespace smx::agent
