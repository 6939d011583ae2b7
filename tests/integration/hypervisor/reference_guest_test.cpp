#include <gmock/gmock.h>

#include <cstdio>
#include <optional>

#include "harness/core/files.h"
#include "harness/core/process.h"
#include "tests/unit/guest/guest_channel_contract.h"
#include "vm/hypervisor/console_log.h"
#include "vm/hypervisor/libvirt_hypervisor.h"

// The guest agent's channel against a booted reference guest. All tests share one machine; without an image
// they are skipped.

namespace smx::vm {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

/// The newest finished image.
std::optional<fs::path> image() {
  std::optional<fs::path> newest;
  std::error_code none;
  for (const auto& entry : fs::directory_iterator(cache_home() / "images" / "reference-linux", none)) {
    const auto manifest = entry.path() / "manifest.json";
    if (!fs::exists(manifest)) continue;
    if (!newest || fs::last_write_time(manifest) > fs::last_write_time(*newest / "manifest.json"))
      newest = entry.path();
  }
  return newest;
}

class BootedGuest {
 public:
  BootedGuest(const fs::path& image, const std::string& name) {
    const fs::path overlay = folder_.path() / "overlay.qcow2";
    const auto made = run_command({.argv = {"qemu-img", "create", "-q", "-f", "qcow2", "-F", "qcow2", "-b",
                                            (image / "disk.qcow2").string(), overlay.string()},
                                   .input = "",
                                   .env = {},
                                   .cwd = {}});
    if (!made.ok()) throw Error(ErrorKind::environment, "qemu-img: " + made.err);
    MachineSpec spec;
    spec.name = name;
    spec.kernel = image / "vmlinux";
    spec.initrd = image / "initrd";
    spec.command_line = "console=ttyS0 panic=-1 tsc=reliable no_timer_check cryptomgr.notests";
    spec.disk = overlay;
    spec.console_socket = log_.socket();
    machine_ = hypervisor_.start(spec, cancel_);
    if (!machine_->wait_for_agent(Milliseconds(120000)))
      throw Error(ErrorKind::guest, "the guest's agent does not come up; its console:\n" + log_.text());
  }
  Machine& machine() { return *machine_; }
  ConsoleLog& log() { return log_; }

 private:
  TempDir folder_{"/tmp", "smx-i"};
  CancelToken cancel_;
  ConsoleLog log_{folder_.path() / "console.sock"};
  LibvirtHypervisor hypervisor_{{.acceleration = Acceleration::automatic,
                                 .run_token = "run-1",
                                 .runtime_folder = {},
                                 .cache_folder = {}}};
  std::unique_ptr<Machine> machine_;
};

std::unique_ptr<BootedGuest> shared_guest;

/// Ends the guest while everything it needs is still there.
class EndOfTests : public ::testing::Environment {
 public:
  void TearDown() override { shared_guest.reset(); }
};
[[maybe_unused]] const auto* const end_of_tests = ::testing::AddGlobalTestEnvironment(new EndOfTests);

BootedGuest* booted() {
  if (!shared_guest)
    if (const auto path = image()) shared_guest = std::make_unique<BootedGuest>(*path, "smx-i-guest");
  return shared_guest.get();
}

GuestChannel* agent_for_contract() {
  BootedGuest* guest = booted();
  return guest == nullptr ? nullptr : &guest->machine().channel();
}

INSTANTIATE_TEST_SUITE_P(qemu_agent, GuestChannelContract,
                         ::testing::Values(GuestForContract(agent_for_contract)),
                         [](const auto&) { return std::string("guest"); });

class ReferenceGuest : public ::testing::Test {
 protected:
  void SetUp() override {
    guest_ = booted();
    if (guest_ == nullptr) GTEST_SKIP() << "no bootable image: `safemode-matrix image build reference-linux`";
  }
  BootedGuest* guest_ = nullptr;
};

TEST_F(ReferenceGuest, prints_on_its_console) {
  EXPECT_THAT(guest_->log().text(), HasSubstr("Linux version"));
}

TEST_F(ReferenceGuest, gives_a_file_its_permissions) {
  auto& channel = guest_->machine().channel();
  channel.put_file("/tmp/program", "#!/bin/sh\necho ran\n", 0755);
  EXPECT_EQ(channel.execute({.argv = {"/tmp/program"}, .input = ""}).out, "ran\n");
}

TEST_F(ReferenceGuest, takes_a_file_of_several_megabytes) {
  auto& channel = guest_->machine().channel();
  const std::string bytes(3u << 20, 'q');
  channel.put_file("/tmp/large", bytes, 0644);
  EXPECT_EQ(channel.get_file("/tmp/large", bytes.size(), nullptr), bytes);
}

TEST_F(ReferenceGuest, is_told_to_kill_a_command_that_is_timed_out) {
  auto& channel = guest_->machine().channel();
  const auto result = channel.execute({.argv = {"/bin/sh", "-c", "echo $$ > /tmp/pid; exec sleep 1000"},
                                       .input = "",
                                       .time_limit = Milliseconds(500)});
  EXPECT_EQ(result.end, GuestResult::End::timed_out);
  const auto check = [&] {
    return channel.execute({.argv = {"/bin/sh", "-c", "kill -0 $(cat /tmp/pid)"}, .input = ""}).code;
  };
  // The kill runs in the guest by itself; every look is a round trip to it.
  int tries = 200;
  while (check() == 0 && --tries > 0) continue;
  EXPECT_GT(tries, 0);
}

// These end the guest or its channel, so each has a machine of its own.

TEST(MisbehavingGuest, that_prints_more_than_libvirt_carries_is_an_error_and_no_crash) {
  const auto path = image();
  if (!path) GTEST_SKIP() << "no bootable image: `safemode-matrix image build reference-linux`";
  BootedGuest guest(*path, "smx-i-prints");
  try {
    guest.machine().channel().execute({.argv = {"/bin/sh", "-c", "head -c 12000000 /dev/zero"}, .input = ""});
    FAIL() << "libvirt carried it";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::guest);
    EXPECT_THAT(error.what(), HasSubstr("10 MiB"));
  }
  EXPECT_EQ(guest.machine().state(), MachineState::running);
}

TEST(MisbehavingGuest, that_panics_in_a_command_has_ended_and_its_console_says_why) {
  const auto path = image();
  if (!path) GTEST_SKIP() << "no bootable image: `safemode-matrix image build reference-linux`";
  BootedGuest guest(*path, "smx-i-panics");
  GuestCommand panic{
      .argv = {"/bin/sh", "-c", "echo 1 > /proc/sys/kernel/sysrq; echo c > /proc/sysrq-trigger"},
      .input = ""};
  EXPECT_THROW(guest.machine().channel().execute(panic), Error);
  EXPECT_NE(guest.machine().state(), MachineState::running);
  EXPECT_THAT(guest.log().text(), HasSubstr("Kernel panic"));
}

}  // namespace
}  // namespace smx::vm
