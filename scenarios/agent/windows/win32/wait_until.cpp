#include "scenarios/agent/windows/win32/wait_until.h"

#include <thread>

namespace smx::agent {

bool wait_until(const Deadline& deadline, const std::function<bool()>& is_so) {
  constexpr Deadline::Duration kBetweenLooks{250};
  while (!is_so()) {
    if (deadline.over()) return false;
    std::this_thread::sleep_for(deadline.remaining(kBetweenLooks));
  }
  return true;
}

}  // namespace smx::agent
