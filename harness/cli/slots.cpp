#include "harness/cli/slots.h"

#include <sched.h>
#include <unistd.h>

#include <algorithm>

namespace smx::cli {

std::size_t default_slots() {
  // The cores this process may use, not those the machine has: CI runners are often confined.
  cpu_set_t set;
  CPU_ZERO(&set);
  const auto cores =
      ::sched_getaffinity(0, sizeof set, &set) == 0 ? static_cast<std::size_t>(CPU_COUNT(&set)) : 1u;
  constexpr std::size_t kPerMachine = 640u << 20;  // a reference guest's 384 MiB and QEMU's own
  const auto pages = ::sysconf(_SC_AVPHYS_PAGES), size = ::sysconf(_SC_PAGESIZE);
  const auto free =
      pages > 0 && size > 0 ? static_cast<std::size_t>(pages) * static_cast<std::size_t>(size) : kPerMachine;
  return std::clamp<std::size_t>(free / 4 * 3 / kPerMachine, 1, std::max<std::size_t>(cores, 1));
}

}  // namespace smx::cli
