#include "harness/app/slots.h"

#include <sched.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <optional>
#include <string>

namespace smx::app {
namespace {

/// What programs can have without swapping, in bytes: caches count, they give way (proc(5), MemAvailable).
std::optional<std::size_t> available_memory() {
  std::ifstream file("/proc/meminfo");
  for (std::string line; std::getline(file, line);) {
    std::size_t kib = 0;
    if (std::sscanf(line.c_str(), "MemAvailable: %zu kB", &kib) == 1) return kib << 10;
  }
  return std::nullopt;
}

}  // namespace

std::size_t default_slots() {
  // The cores this process may use, not those the machine has: CI runners are often confined.
  cpu_set_t set;
  CPU_ZERO(&set);
  const auto cores =
      ::sched_getaffinity(0, sizeof set, &set) == 0 ? static_cast<std::size_t>(CPU_COUNT(&set)) : 1u;
  constexpr std::size_t kPerMachine = 640u << 20;  // a reference guest's 384 MiB and QEMU's own
  const auto free = available_memory().value_or(kPerMachine);
  return std::clamp<std::size_t>(free / 4 * 3 / kPerMachine, 1, std::max<std::size_t>(cores, 1));
}

}  // namespace smx::app
