#include "tests/unit/boot/fake_windows.h"
#include "tests/unit/run/engine_fixture.h"
#include "vm/boot/windows_boot.h"

// A Windows that does not come up: each way out is forced, and none of them leaves a machine or a Safe Mode
// behind.

namespace smx::run {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using vm::fake::Windows;

class WatchdogTest : public EngineTest {
 protected:
  WatchdogTest() {
    record.plan.groups.erase(record.plan.groups.begin());  // Safe Mode with Networking only
    record.plan.matrix.attempts = 1;
    target.strategy = &strategy_;
    director = [this](const vm::MachineSpec& spec) { return start(spec); };
  }

  void use(ModeSwitch how) {
    vm::WindowsMachine machine;
    machine.mode_switch = how;
    strategy_ = vm::WindowsBoot(machine, [this](const auto& overlay, BootMode mode, const CancelToken&) {
      edits.push_back(std::string(name(mode)));
      if (edits.size() > 1 && !refuse_repair.empty()) throw Error(ErrorKind::environment, refuse_repair);
      auto& windows = disk(overlay);
      windows.once.clear();
      auto& options = windows.entries[Windows::kCurrent].options;
      options.clear();
      if (mode == BootMode::safe_networking) options["safeboot"] = "network";
    });
  }

  Windows& disk(const std::filesystem::path& overlay) {
    const auto [found, is_new] = disks_.try_emplace(overlay.string(), image);
    return found->second;
  }

  /// The machine's power is switched on: Windows starts from what its disk says.
  vm::FakeScript start(const vm::MachineSpec& spec) {
    auto& windows = disk(spec.disk);
    if (windows.starts != 0)
      windows.restart();
    else
      windows.starts = 1;
    auto script = windows.script();
    script.screen = screen;
    script.handlers["facts"] = [&windows](const vm::GuestCommand& command, vm::FakeGuest&) {
      return vm::GuestResult{.out = fake::result(command, nlohmann::json::array(), windows.facts())};
    };
    script.handlers["*"] = fake::passes();
    return script;
  }

  void run_all() {
    run();
    EXPECT_THAT(hypervisor.running(), IsEmpty());
    ASSERT_EQ(record.boots.size(), 1u);
  }
  std::vector<std::string> evidence_names() const {
    std::vector<std::string> names;
    for (const auto& e : record.boots.at(0).evidence) names.push_back(e.name);
    return names;
  }
  void expect_all(Outcome outcome, const std::string& cause) {
    for (const auto* scenario : {"a", "b", "c"}) {
      EXPECT_EQ(last(BootMode::safe_networking, scenario).outcome, outcome) << scenario;
      EXPECT_EQ(last(BootMode::safe_networking, scenario).cause, cause) << scenario;
    }
  }

  Windows image = [] {
    Windows off;
    off.starts = 0;
    return off;
  }();
  std::vector<std::string> edits;
  std::string refuse_repair;
  std::string screen = "\x89PNG of a recovery menu";

 private:
  std::map<std::string, Windows> disks_;
  vm::WindowsBoot strategy_{{}, {}};
};

TEST_F(WatchdogTest, has_nothing_to_do_when_the_guest_comes_up) {
  for (const auto how : {ModeSwitch::offline, ModeSwitch::online}) {
    record = sample_run();
    record.plan.groups.erase(record.plan.groups.begin());
    edits.clear();
    use(how);
    run_all();
    expect_all(Outcome::passed, "");
    EXPECT_TRUE(record.boots[0].mode.proven);
    EXPECT_EQ(edits.size(), how == ModeSwitch::offline ? 1u : 0u);
    EXPECT_THAT(evidence_names(), Not(Contains("watchdog.txt")));
  }
}

TEST_F(WatchdogTest, looks_repairs_and_starts_once_more) {
  use(ModeSwitch::offline);
  image.hangs_at = {1};
  run_all();
  expect_all(Outcome::passed, "");
  ASSERT_EQ(hypervisor.started().size(), 2u);
  EXPECT_EQ(hypervisor.started()[1].name, hypervisor.started()[0].name + "-again")
      << "a name is used once: libvirt tidies up after the first start when it finds the time";
  EXPECT_THAT(edits, testing::ElementsAre("safe-networking", "safe-networking"));
  for (const char* name : {"watchdog.txt", "screen-1.png", "console-first-start.log"})
    EXPECT_THAT(evidence_names(), Contains(name));
  EXPECT_EQ(record.boots[0].trouble, "");
}

TEST_F(WatchdogTest, gives_a_guest_up_that_hangs_again_and_keeps_both_pictures) {
  use(ModeSwitch::offline);
  image.hangs_at = {1, 2};
  run_all();
  expect_all(Outcome::blocked, "agent-never-answered");
  EXPECT_EQ(hypervisor.started().size(), 2u) << "no third start in this boot";
  for (const char* name : {"watchdog.txt", "screen-1.png", "screen-2.png"})
    EXPECT_THAT(evidence_names(), Contains(name));
}

TEST_F(WatchdogTest, tells_what_was_wrong_first_when_the_disk_cannot_be_repaired) {
  use(ModeSwitch::offline);
  image.hangs_at = {1};
  refuse_repair = "the volume is dirty";
  run_all();
  expect_all(Outcome::blocked, "agent-never-answered");
  EXPECT_EQ(hypervisor.started().size(), 1u);
  EXPECT_THAT(evidence_names(), Contains("watchdog.txt"));
}

TEST_F(WatchdogTest, does_not_need_a_picture) {
  use(ModeSwitch::offline);
  image.hangs_at = {1};
  screen = "";
  run_all();
  expect_all(Outcome::passed, "");
  EXPECT_THAT(evidence_names(), Contains("screen-trouble.txt"));
}

TEST_F(WatchdogTest, finds_a_windows_that_hung_in_its_one_safe_start_in_normal_mode_and_tries_again) {
  use(ModeSwitch::online);
  image.hangs_at = {2};
  run_all();
  expect_all(Outcome::passed, "");
  EXPECT_THAT(edits, testing::ElementsAre("normal"));
  EXPECT_EQ(hypervisor.started().size(), 2u);
}

TEST_F(WatchdogTest, ends_a_windows_that_never_gets_into_safe_mode) {
  use(ModeSwitch::online);
  image.hangs_in_safe_mode = true;
  run_all();
  expect_all(Outcome::blocked, "agent-never-answered");
  EXPECT_EQ(hypervisor.started().size(), 2u);
}

TEST_F(WatchdogTest, ends_a_windows_that_does_not_restart) {
  use(ModeSwitch::online);
  image.restarts = false;
  run_all();
  expect_all(Outcome::blocked, "agent-never-answered");
}

TEST_F(WatchdogTest, is_not_fooled_by_a_windows_that_fell_back_to_normal_mode) {
  use(ModeSwitch::offline);
  director = [this](const vm::MachineSpec& spec) {
    disk(spec.disk).entries[Windows::kCurrent].options.clear();  // as a repair of its own would
    return start(spec);
  };
  run_all();
  expect_all(Outcome::invalid, "mode-not-proven");
  EXPECT_THAT(last(BootMode::safe_networking, "a").message, HasSubstr("SafeBoot\\Option"));
}

TEST_F(WatchdogTest, blocks_with_bcdedits_own_words) {
  use(ModeSwitch::online);
  image.refuse = "/copy";
  run_all();
  for (const auto* scenario : {"a", "b", "c"}) {
    EXPECT_EQ(last(BootMode::safe_networking, scenario).outcome, Outcome::blocked);
    EXPECT_THAT(last(BootMode::safe_networking, scenario).message, HasSubstr("Zugriff verweigert"));
  }
}

}  // namespace
}  // namespace smx::run
