#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <iostream>
#include <vector>

#include "harness/core/error.h"
#include "scenarios/prediction/rows.h"
#include "tests/integration/offline/windows_image.h"
#include "tests/unit/registry/hive_maker.h"
#include "vm/windows/offline_windows.h"

// Boot modes and inspections of images that were made for it, with a SYSTEM hive of a real one's size (16 MB
// of services): `offline_bench [TIMES]`.

namespace {

using namespace smx;
using vm::OfflineWindows;
using vm::test::Layout;
using Clock = std::chrono::steady_clock;

double ms_of(const std::function<void()>& action) {
  const auto start = Clock::now();
  action();
  return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
}

void show(const char* what, std::vector<double> times) {
  std::sort(times.begin(), times.end());
  fmt::print("  {:<34} median {:>6.0f} ms   worst {:>6.0f} ms\n", what, times[times.size() / 2],
             times.back());
}

/// A thousand keys with one value each: hivex writes all of a key's values anew with every one that is added.
std::string large_system_hive() {
  auto maker = vm::test::system_hive();
  const auto filler = vm::test::binary_value(std::string(15000, 'x'));
  for (int i = 0; i < 1000; ++i)
    maker.set(fmt::format("ControlSet001\\Filler{}\\{}", i / 32, i), "value", filler);
  return maker.bytes();
}

void measure(const char* name, Layout layout, int times) {
  const TempDir folder(vm::test::scratch(), "smx-bench-");
  const CancelToken cancel;
  auto windows = vm::test::sound_windows(layout);
  windows.system = large_system_hive();
  windows.windows_mib = 128;
  const auto image = vm::test::make_image(windows, folder.path());
  const auto set = [&](BootMode mode) {
    return ms_of(
        [&] { OfflineWindows(image.overlay, OfflineWindows::Access::write, cancel).set_mode(mode); });
  };
  std::vector<double> added, changed, got, inspected;
  for (int i = 0; i < times; ++i) {
    set(BootMode::normal);
    added.push_back(set(BootMode::safe_networking));
    changed.push_back(set(BootMode::safe_minimal));
    got.push_back(
        ms_of([&] { OfflineWindows(image.overlay, OfflineWindows::Access::read, cancel).boot_entry(); }));
    inspected.push_back(ms_of([&] {
      OfflineWindows(image.golden, OfflineWindows::Access::read, cancel).inspect(services_of_interest());
    }));
  }
  fmt::print("{} (SYSTEM: {} MiB)\n", name, windows.system.size() >> 20);
  show("boot-mode set, from normal", added);
  show("boot-mode set, from a safe mode", changed);
  show("boot-mode get", got);
  show("image inspect", inspected);
}

}  // namespace

int main(int argc, char** argv) try {
  const int times = argc > 1 ? std::max(1, std::atoi(argv[1])) : 5;
  if (const auto missing = vm::test::missing_program(); !missing.empty()) {
    std::cout << "left out: " << missing << " is not installed\n";
    return 0;
  }
  measure("GPT, FAT32 boot partition", Layout::uefi, times);
  measure("MBR, NTFS boot partition", Layout::bios_ntfs, times);
  measure("MBR, C: is the boot partition", Layout::bios_one, times);
} catch (const std::exception& e) {
  std::cerr << "offline_bench: " << e.what() << "\n";
  return 1;
}
