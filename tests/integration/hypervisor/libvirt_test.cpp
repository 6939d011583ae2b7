#include <gmock/gmock.h>
#include <linux/input-event-codes.h>

#include <atomic>
#include <csignal>
#include <fstream>
#include <thread>

#include "harness/core/error.h"
#include "harness/core/files.h"
#include "harness/core/proc.h"
#include "tests/unit/hypervisor/processes.h"
#include "vm/hypervisor/console_log.h"
#include "vm/hypervisor/kvm_proof.h"
#include "vm/hypervisor/libvirt_hypervisor.h"

// The embedded driver and real QEMUs, without an image: the machines here have nothing to boot and stay in
// their firmware. Each test is its own process, because libvirt's embedded driver has one root per process.

namespace smx::vm {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

/// Short, because of the sockets in it; made once for the process, whose root it holds.
const fs::path& runtime() {
  static const TempDir folder("/tmp", "smx-i");
  return folder.path();
}

LibvirtOptions options() {
  // The capability cache is the user's own: filling a new one takes seconds.
  return {.acceleration = Acceleration::tcg,
          .run_token = "run-1",
          .runtime_folder = runtime(),
          .cache_folder = {},
          .start_limit = Milliseconds(60000)};
}

MachineSpec bare(const std::string& name) {
  MachineSpec spec;
  spec.name = name;
  spec.run_token = "run-1";
  spec.memory_mib = 32;
  spec.network = false;
  return spec;
}

/// The QEMU processes whose arguments name this text.
std::vector<pid_t> qemus_naming(const std::string& text) {
  std::vector<pid_t> found;
  for (const pid_t pid : proc::all())
    for (const auto& argument : proc::command_line(pid))
      if (argument.find(text) != std::string::npos && argument.find("guest=") != std::string::npos)
        found.push_back(pid);
  return found;
}

TEST(Libvirt, describes_itself) {
  LibvirtHypervisor hypervisor(options());
  auto facts = hypervisor.describe();
  EXPECT_THAT(facts["libvirt"], ::testing::MatchesRegex("[0-9]+\\.[0-9]+\\.[0-9]+"));
  EXPECT_THAT(facts["qemu"], ::testing::MatchesRegex("[0-9]+\\.[0-9]+\\.[0-9]+"));
  EXPECT_EQ(facts["acceleration"], "tcg (asked for)");
  EXPECT_EQ(facts["uri"], "qemu:///embed");
}

/// With a screen, and in its firmware until it is ended.
MachineSpec with_display(const std::string& name) {
  auto spec = bare(name);
  spec.memory_mib = 256;
  spec.hardware.display = true;
  return spec;
}

TEST(Libvirt, looks_at_a_machines_screen_and_presses_its_keys) {
  const CancelToken cancel;
  LibvirtHypervisor hypervisor(options());
  const auto machine = hypervisor.start(with_display("smx-i-screen"), cancel);
  EXPECT_THAT(machine->screenshot(), ::testing::StartsWith("\x89PNG\r\n\x1a\n"));
  machine->press({chord("ctrl+alt+delete"), {KEY_ENTER}});
  machine->end();
  EXPECT_THROW(machine->screenshot(), Error);
  EXPECT_THROW(machine->press({{KEY_ENTER}}), Error);
}

TEST(Libvirt, says_that_a_machine_has_no_screen) {
  const CancelToken cancel;
  LibvirtHypervisor hypervisor(options());
  const auto machine = hypervisor.start(bare("smx-i-blind"), cancel);
  EXPECT_THROW(machine->screenshot(), Error);
}

TEST(Libvirt, starts_a_machine_by_uefi_with_variables_of_its_own) {
  if (!fs::exists("/usr/share/OVMF/OVMF_CODE_4M.fd")) GTEST_SKIP() << "the package ovmf is not installed";
  const CancelToken cancel;
  LibvirtHypervisor hypervisor(options());
  auto spec = with_display("smx-i-uefi");
  spec.hardware.firmware = Hardware::Firmware::uefi;
  spec.hardware.usb = "piix3-uhci";
  spec.hardware.network = "e1000e";
  spec.hardware.local_time = true;
  spec.network = true;
  const TempDir folder("/tmp", "smx-u");
  spec.nvram = folder.path() / "nvram.fd";
  const auto machine = hypervisor.start(spec, cancel);
  EXPECT_EQ(machine->state(), MachineState::running);
  EXPECT_EQ(fs::file_size(spec.nvram), fs::file_size("/usr/share/OVMF/OVMF_VARS_4M.fd"));
  EXPECT_THAT(machine->live_xml(), HasSubstr("OVMF_CODE_4M.fd"));
}

TEST(Libvirt, starts_and_ends_a_machine_and_leaves_no_process) {
  const CancelToken cancel;
  LibvirtHypervisor hypervisor(options());
  const auto machine = hypervisor.start(bare("smx-i-end"), cancel);
  EXPECT_EQ(machine->state(), MachineState::running);
  EXPECT_THAT(machine->live_xml(), HasSubstr("run=\"run-1\""));
  const auto processes = qemus_naming("smx-i-end");
  ASSERT_EQ(processes.size(), 1u);
  machine->end();
  EXPECT_FALSE(test::exists(processes[0]));
  machine->end();
  EXPECT_EQ(machine->state(), MachineState::stopped);
  EXPECT_THROW(machine->live_xml(), Error);
}

TEST(Libvirt, an_agent_that_is_not_there_is_false_at_the_limit) {
  const CancelToken cancel;
  LibvirtHypervisor hypervisor(options());
  const auto machine = hypervisor.start(bare("smx-i-silent"), cancel);
  EXPECT_FALSE(machine->wait_for_agent(Milliseconds(20)));
  EXPECT_FALSE(machine->channel().ping(Milliseconds(1000)));
  EXPECT_EQ(machine->state(), MachineState::running);
}

TEST(Libvirt, a_machine_whose_process_dies_is_crashed_and_wakes_the_one_who_waits) {
  const CancelToken cancel;
  LibvirtHypervisor hypervisor(options());
  const auto machine = hypervisor.start(bare("smx-i-crash"), cancel);
  const auto processes = qemus_naming("smx-i-crash");
  ASSERT_EQ(processes.size(), 1u);
  std::thread killer([&] { ::kill(processes[0], SIGKILL); });
  EXPECT_FALSE(machine->wait_for_agent(Milliseconds(60000)));
  killer.join();
  EXPECT_EQ(machine->state(), MachineState::crashed);
  EXPECT_THROW(machine->channel().execute({.argv = {"/bin/true"}, .input = ""}), Error);
  machine->end();
  EXPECT_EQ(machine->state(), MachineState::crashed);
}

TEST(Libvirt, cancellation_wakes_the_one_who_waits_and_stops_further_starts) {
  CancelToken cancel;
  LibvirtHypervisor hypervisor(options());
  const auto machine = hypervisor.start(bare("smx-i-cancel"), cancel);
  std::thread canceller([&] { cancel.cancel(); });
  EXPECT_THROW(machine->wait_for_agent(Milliseconds(60000)), Cancelled);
  canceller.join();
  EXPECT_THROW(machine->channel().ping(Milliseconds(60000)), Cancelled);
  EXPECT_THROW(hypervisor.start(bare("smx-i-late"), cancel), Cancelled);
}

TEST(Libvirt, has_the_console_from_the_first_byte_and_after_the_end) {
  const CancelToken cancel;
  LibvirtHypervisor hypervisor(options());
  ConsoleLog log(runtime() / "console.sock");
  MachineSpec spec = bare("smx-i-console");
  spec.console_socket = log.socket();
  const auto machine = hypervisor.start(spec, cancel);
  EXPECT_THAT(machine->live_xml(), HasSubstr(log.socket().string()));
  machine->end();
  EXPECT_NO_THROW(log.text());
}

std::string start_error(const MachineSpec& spec) {
  const CancelToken cancel;
  LibvirtHypervisor hypervisor(options());
  try {
    hypervisor.start(spec, cancel);
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::environment) << error.what();
    EXPECT_THAT(error.what(), HasSubstr(spec.name));
    EXPECT_THAT(qemus_naming(spec.name), IsEmpty());
    // The same name can be used again.
    EXPECT_NO_THROW(hypervisor.start(bare(spec.name), cancel)->end());
    return error.what();
  }
  ADD_FAILURE() << "it started";
  return "";
}

/// Stops the QEMU of this name as soon as there is one: it never says its first word to libvirt.
class Stopper {
 public:
  explicit Stopper(std::string name)
      : thread_([this, name = std::move(name)] {
          while (!over_) {
            for (const pid_t pid : qemus_naming(name)) stopped_ = ::kill(pid, SIGSTOP) == 0 || stopped_;
            if (stopped_) return;
          }
        }) {}
  ~Stopper() {
    over_ = true;
    thread_.join();
  }
  bool stopped() const { return stopped_; }

 private:
  std::atomic<bool> over_{false}, stopped_{false};
  std::thread thread_;
};

TEST(Libvirt, a_start_of_which_nobody_hears_again_ends_at_the_limit) {
  auto hasty = options();
  hasty.start_limit = Milliseconds(8000);  // enough for the second start, on a busy machine too
  LibvirtHypervisor hypervisor(hasty);
  const CancelToken cancel;
  {
    const Stopper stopper("smx-i-hang");
    try {
      hypervisor.start(bare("smx-i-hang"), cancel);
      FAIL() << "it started";
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::environment);
      EXPECT_THAT(error.what(), HasSubstr("smx-i-hang was not started within 8 s"));
    }
    EXPECT_TRUE(stopper.stopped());
  }
  EXPECT_THAT(qemus_naming("smx-i-hang"), IsEmpty());
  EXPECT_NO_THROW(hypervisor.start(bare("smx-i-hang"), cancel)->end()) << "the name can be used again";
}

TEST(Libvirt, a_start_of_which_nobody_hears_again_can_be_cancelled) {
  CancelToken cancel;
  LibvirtHypervisor hypervisor(options());
  const Stopper stopper("smx-i-call-off");
  std::thread canceller([&] {
    while (!stopper.stopped()) std::this_thread::yield();
    cancel.cancel();
  });
  EXPECT_THROW(hypervisor.start(bare("smx-i-call-off"), cancel), Cancelled);
  canceller.join();
  EXPECT_THAT(qemus_naming("smx-i-call-off"), IsEmpty());
}

TEST(Libvirt, a_card_socket_where_nobody_listens_is_named) {
  MachineSpec spec = bare("smx-i-card");
  spec.card_socket = runtime() / "no-card.sock";
  EXPECT_THAT(start_error(spec), HasSubstr("no process listens"));
}

TEST(Libvirt, a_missing_kernel_is_named) {
  MachineSpec spec = bare("smx-i-kernel");
  spec.kernel = "/no/such/vmlinux";
  EXPECT_THAT(start_error(spec), HasSubstr("/no/such/vmlinux"));
}

TEST(Libvirt, a_missing_disk_is_named) {
  MachineSpec spec = bare("smx-i-disk");
  spec.disk = "/no/such/overlay.qcow2";
  EXPECT_THAT(start_error(spec), HasSubstr("/no/such/overlay.qcow2"));
}

TEST(Libvirt, two_machines_run_at_once_but_not_under_one_name) {
  const CancelToken cancel;
  LibvirtHypervisor hypervisor(options());
  const auto one = hypervisor.start(bare("smx-i-one"), cancel);
  const auto two = hypervisor.start(bare("smx-i-two"), cancel);
  EXPECT_THROW(hypervisor.start(bare("smx-i-one"), cancel), Error);
  one->end();
  EXPECT_EQ(two->state(), MachineState::running);
}

TEST(Libvirt, ends_what_a_killed_controller_left) {
  const std::string name = "smx-i-left-" + std::to_string(::getpid());
  runtime();  // made before the fork: both have the same
  const test::Pipe answer;
  const pid_t controller = ::fork();
  if (controller == 0) {
    const CancelToken cancel;
    LibvirtHypervisor hypervisor(options());
    const auto machine = hypervisor.start(bare(name), cancel);
    [[maybe_unused]] const auto n = ::write(answer.writer(), "x", 1);
    ::kill(::getpid(), SIGKILL);
  }
  char byte = 0;
  ASSERT_EQ(::read(answer.reader(), &byte, 1), 1);
  ASSERT_EQ(::waitpid(controller, nullptr, 0), controller);
  const auto processes = qemus_naming(name);
  ASSERT_EQ(processes.size(), 1u) << "the killed controller's machine should still run";

  LibvirtHypervisor hypervisor(options());
  EXPECT_THAT(hypervisor.end_leftovers([](const std::string&) { return false; }), IsEmpty());
  EXPECT_THAT(hypervisor.end_leftovers([](const std::string& token) { return token == "run-1"; }),
              ElementsAre(name));
  EXPECT_THAT(qemus_naming(name), IsEmpty());
  // Its own root is not a leftover.
  const CancelToken cancel;
  EXPECT_NO_THROW(hypervisor.start(bare("smx-i-after"), cancel)->end());
}

TEST(Libvirt, a_daemon_that_is_not_there_is_named) {
  if (fs::exists("/run/libvirt/libvirt-sock") || fs::exists("/run/libvirt/virtqemud-sock"))
    GTEST_SKIP() << "libvirtd runs on this host";
  auto system = options();
  system.uri = "qemu:///system";
  try {
    LibvirtHypervisor hypervisor(system);
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::environment);
    EXPECT_THAT(error.what(), HasSubstr("start libvirtd"));
  }
}

TEST(Kvm, the_boot_sector_runs_where_the_accelerator_works) {
  const auto proof = run_boot_sector("/usr/bin/qemu-system-x86_64", "tcg", Milliseconds(30000));
  EXPECT_TRUE(proof.works) << proof.why;
}

TEST(Kvm, an_unknown_accelerator_is_not_proven_and_says_why) {
  const auto proof = run_boot_sector("/usr/bin/qemu-system-x86_64", "no-such-thing", Milliseconds(30000));
  EXPECT_FALSE(proof.works);
  EXPECT_THAT(proof.why, HasSubstr("no-such-thing"));
}

}  // namespace
}  // namespace smx::vm
