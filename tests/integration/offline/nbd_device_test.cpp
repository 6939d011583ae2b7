#include "vm/disk/nbd_device.h"

#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

#include "harness/core/error.h"
#include "harness/core/proc.h"
#include "harness/core/process.h"
#include "tests/integration/offline/windows_image.h"
#include "tests/unit/image/error_matcher.h"
#include "vm/disk/nbd_folder.h"

namespace smx::vm {
namespace {

using test::error_of;
using testing::HasSubstr;

class NbdDeviceTest : public test::OfflineTest {
 protected:
  std::filesystem::path empty_image() {
    const auto image = temp.path() / "image.qcow2";
    test::run({"qemu-img", "create", "-q", "-f", "qcow2", image.string(), "64M"});
    return image;
  }
};

TEST_F(NbdDeviceTest, reads_what_was_written) {
  const auto image = empty_image();
  const std::string bytes(5u << 20, 'x');
  {
    NbdDevice device(image, NbdDevice::Access::write, cancel);
    EXPECT_EQ(device.size(), 64u << 20);
    EXPECT_GE(device.zeros(0, device.size()), 32u << 20);
    device.write(1000, bytes);
    device.flush();
  }
  NbdDevice device(image, NbdDevice::Access::read, cancel);
  EXPECT_EQ(read_bytes(device, 1000, bytes.size()), bytes);
  EXPECT_EQ(device.zeros(4096, 4096), 0u);
  EXPECT_THAT(error_of([&] { read_bytes(device, device.size() - 1, 2); }), HasSubstr("usage: the disk"));
  EXPECT_THAT(error_of([&] { device.write(0, "x"); }), HasSubstr("internal"));
}

TEST_F(NbdDeviceTest, holds_the_image_for_as_long_as_it_lives) {
  const auto image = empty_image();
  {
    NbdDevice device(image, NbdDevice::Access::write, cancel);
    const auto refusal = error_of([&] { NbdDevice(image, NbdDevice::Access::read, cancel); });
    EXPECT_THAT(refusal, HasSubstr("usage: "));
    EXPECT_THAT(refusal, HasSubstr("is in use"));
  }
  NbdDevice again(image, NbdDevice::Access::write, cancel);
}

TEST_F(NbdDeviceTest, says_what_is_wrong_with_an_image) {
  write_file_atomically(temp.path() / "no", "QFI\xfbnonsense");
  EXPECT_THAT(error_of([&] { NbdDevice(temp.path() / "no", NbdDevice::Access::read, cancel); }),
              HasSubstr("environment: qemu-nbd cannot open"));
}

TEST_F(NbdDeviceTest, does_not_start_when_cancelled) {
  const auto image = empty_image();
  cancel.cancel();
  EXPECT_THROW(NbdDevice(image, NbdDevice::Access::read, cancel), Cancelled);
}

/// qemu-nbd as it is, whose starter is killed when it serves and before anybody is connected.
class DeadStarterTest : public NbdDeviceTest {
 protected:
  void SetUp() override {
    NbdDeviceTest::SetUp();
    ::setenv("SMX_RUNTIME_DIR", home_.path().c_str(), 1);
    const auto real = find_program("qemu-nbd").value().string();
    write_file_atomically(programs_.path() / "qemu-nbd", "#!/bin/sh\n" + real + " \"$@\" && kill -9 $PPID\n",
                          0755);
  }
  void TearDown() override {
    end_dead_nbd_servers(home_.path());
    ::unsetenv("SMX_RUNTIME_DIR");
  }
  /// Opens the image in a process that is killed over it.
  void open_and_die(const std::filesystem::path& image) {
    const auto child = ::fork();
    if (child == 0) {
      ::setenv("PATH", (programs_.path().string() + ":" + std::getenv("PATH")).c_str(), 1);
      try {
        NbdDevice device(image, NbdDevice::Access::write, cancel);
      } catch (const std::exception&) {
      }
      ::_exit(1);
    }
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFSIGNALED(status)) << "it was not killed between start and connection";
  }
  /// qemu-nbd's processes that have their place below the runtime folder.
  std::vector<pid_t> servers() const {
    std::vector<pid_t> found;
    for (const auto pid : proc::all()) {
      const auto line = proc::command_line(pid);
      const bool here = std::any_of(line.begin(), line.end(), [&](const std::string& word) {
        return word.starts_with(home_.path().string()) && word.ends_with("/pid");
      });
      if (here && line.front().ends_with("qemu-nbd")) found.push_back(pid);
    }
    return found;
  }
  bool folders_are_gone() const { return std::filesystem::is_empty(home_.path()); }

  TempDir home_{"/tmp", "dead-"}, programs_{"/tmp", "programs-"};
};

TEST_F(DeadStarterTest, leaves_a_server_that_the_next_opening_ends) {
  const auto image = empty_image();
  open_and_die(image);
  ASSERT_EQ(servers().size(), 1u) << "the server waits for a client that cannot come";
  {
    NbdDevice device(image, NbdDevice::Access::write, cancel);
    EXPECT_EQ(servers().size(), 1u) << "this one's own";
  }
  EXPECT_TRUE(servers().empty());
  EXPECT_TRUE(folders_are_gone());
}

TEST_F(DeadStarterTest, leaves_a_server_that_the_next_run_ends) {
  open_and_die(empty_image());
  ASSERT_EQ(servers().size(), 1u);
  end_dead_nbd_servers(home_.path());
  EXPECT_TRUE(servers().empty());
  EXPECT_TRUE(folders_are_gone());
}

TEST_F(DeadStarterTest, does_not_take_the_living_with_it) {
  const auto image = empty_image();
  NbdDevice device(image, NbdDevice::Access::read, cancel);
  const auto living = servers();
  ASSERT_EQ(living.size(), 1u);
  write_file_atomically(home_.path() / "n-file", "no folder");
  end_dead_nbd_servers(home_.path());
  EXPECT_EQ(servers(), living);
  EXPECT_EQ(read_bytes(device, 0, 1), std::string(1, '\0'));
}

}  // namespace
}  // namespace smx::vm
