#include "vm/boot/windows_boot.h"

#include <gmock/gmock.h>

#include "harness/core/error.h"
#include "tests/unit/boot/fake_windows.h"

namespace smx::vm {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;
using Firmware = Hardware::Firmware;

class WindowsBootTest : public testing::Test {
 protected:
  WindowsBoot boot(ModeSwitch how, Firmware firmware = Firmware::bios) {
    WindowsMachine machine;
    machine.hardware.firmware = firmware;
    machine.mode_switch = how;
    return {machine, [this](const std::filesystem::path& overlay, BootMode mode, const CancelToken&) {
              edits.push_back(overlay.string() + " " + std::string(name(mode)));
            }};
  }
  std::unique_ptr<Machine> start() {
    MachineSpec spec;
    spec.name = "w";
    return hypervisor.start(spec, cancel);
  }

  CancelToken cancel;
  fake::Windows windows;
  FakeHypervisor hypervisor{[this](const MachineSpec&) { return windows.script(); }};
  std::vector<std::string> edits;
};

TEST_F(WindowsBootTest, gives_the_machine_a_screen_and_local_time) {
  MachineSpec spec;
  spec.disk = "/w/disk.qcow2";
  boot(ModeSwitch::offline).set_mode(spec, BootMode::safe_networking);
  EXPECT_TRUE(spec.hardware.display);
  EXPECT_TRUE(spec.hardware.local_time);
  EXPECT_FALSE(spec.hardware.restarts) << "an unexpected restart ends the boot";
  EXPECT_TRUE(spec.kernel.empty());
  EXPECT_TRUE(spec.nvram.empty());
  boot(ModeSwitch::online, Firmware::uefi).set_mode(spec, BootMode::safe_networking);
  EXPECT_TRUE(spec.hardware.restarts);
  EXPECT_EQ(spec.nvram, "/w/nvram.fd");
}

TEST_F(WindowsBootTest, offline_edits_the_overlay_and_asks_nothing_of_the_guest) {
  const auto strategy = boot(ModeSwitch::offline);
  strategy.prepare_disk("/w/o", BootMode::safe_minimal, cancel);
  EXPECT_THAT(edits, ElementsAre("/w/o safe-minimal"));
  const auto machine = start();
  EXPECT_TRUE(strategy.enter_mode(*machine, BootMode::safe_minimal, 1min));
  EXPECT_EQ(windows.starts, 1);
}

TEST_F(WindowsBootTest, online_restarts_the_guest_once_into_the_mode) {
  const auto strategy = boot(ModeSwitch::online);
  strategy.prepare_disk("/w/o", BootMode::safe_networking, cancel);
  EXPECT_THAT(edits, IsEmpty());
  const auto machine = start();
  ASSERT_TRUE(machine->wait_for_agent(1min));
  EXPECT_TRUE(strategy.enter_mode(*machine, BootMode::safe_networking, 1min));
  EXPECT_EQ(windows.mode(), BootMode::safe_networking);
  EXPECT_EQ(windows.starts, 2);
}

TEST_F(WindowsBootTest, online_leaves_a_guest_that_is_to_stay_in_normal_mode_alone) {
  const auto machine = start();
  EXPECT_TRUE(boot(ModeSwitch::online).enter_mode(*machine, BootMode::normal, 1min));
  EXPECT_EQ(windows.starts, 1);
}

TEST_F(WindowsBootTest, says_when_the_guest_does_not_restart) {
  windows.restarts = false;
  const auto machine = start();
  EXPECT_FALSE(boot(ModeSwitch::online).enter_mode(*machine, BootMode::safe_networking, 1min));
}

TEST_F(WindowsBootTest, says_when_the_guest_does_not_come_back) {
  windows.hangs_in_safe_mode = true;
  const auto machine = start();
  EXPECT_FALSE(boot(ModeSwitch::online).enter_mode(*machine, BootMode::safe_networking, 1min));
}

TEST_F(WindowsBootTest, repairs_towards_what_the_next_start_is_to_be) {
  EXPECT_TRUE(boot(ModeSwitch::offline).repair_disk("/w/o", BootMode::safe_networking, cancel));
  EXPECT_TRUE(boot(ModeSwitch::online).repair_disk("/w/o", BootMode::safe_networking, cancel));
  EXPECT_THAT(edits, ElementsAre("/w/o safe-networking", "/w/o normal"));
}

}  // namespace
}  // namespace smx::vm
