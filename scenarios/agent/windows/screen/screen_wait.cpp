#include "scenarios/agent/windows/screen/screen_wait.h"

#include <chrono>

#include "scenarios/agent/windows/screen/quiet.h"
#include "scenarios/agent/windows/win32/processes.h"
#include "scenarios/agent/windows/win32/wait_until.h"

namespace smx::agent {
namespace {

constexpr Deadline::Duration kLongestScreenWait{45000}, kReserve{4000};

}  // namespace

void screen_not_reached(const std::string& why) {
  throw StepFailure(CheckOutcome::blocked, "screen-not-reached", why, true);
}

bool wait_until_idle(const Deadline& deadline, const std::function<std::uint32_t()>& asking) {
  using Clock = std::chrono::steady_clock;
  QuietWatch watch;
  return wait_until(deadline, [&] {
    const auto process = asking();
    const auto times = times_of_process(process);
    const auto now = std::chrono::duration_cast<QuietWatch::Milliseconds>(Clock::now().time_since_epoch());
    return times && watch.see(now, process, times->used);
  });
}

Deadline whole_deadline(const ScenarioContext& context) {
  const auto left = context.deadline.remaining();
  return Deadline(left > kReserve ? left - kReserve : left / 2);
}

Deadline screen_deadline(const ScenarioContext& context) {
  return Deadline(whole_deadline(context).remaining(kLongestScreenWait));
}

}  // namespace smx::agent
