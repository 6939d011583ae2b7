#include <sys/mount.h>
#include <unistd.h>

#include "tests/integration/cli/program.h"

// What this host lacks: exit 3 with what to install or change, and no run left behind.

namespace smx {
namespace {

using testing::AnyOf;
using testing::HasSubstr;

class EnvironmentTest : public ProgramTest {
 protected:
  void expect_environment(const Command& c, const std::string& hint) {
    const auto r = run_command(c);
    EXPECT_EQ(r.exit_code, 3) << r.err;
    EXPECT_THAT(r.err, HasSubstr(hint));
    EXPECT_FALSE(run_was_begun());
  }
};

TEST_F(EnvironmentTest, without_qemu_it_names_the_package) {
  auto c = command({"run"});
  c.env["PATH"] = dir.path().string();
  expect_environment(c, "qemu-system-x86");
}

TEST_F(EnvironmentTest, without_libvirts_driver_it_names_the_package) {
  auto c = command({"run"});
  c.env["LIBVIRT_DRIVER_DIR"] = dir.path().string();
  expect_environment(c, "libvirt-daemon-driver-qemu");
}

TEST_F(EnvironmentTest, with_a_runtime_folder_too_long_for_sockets_it_says_so) {
  auto c = command({"run"});
  c.env["SMX_RUNTIME_DIR"] = (dir.path() / std::string(100, 'x')).string();
  expect_environment(c, "SMX_RUNTIME_DIR");
}

TEST_F(EnvironmentTest, with_a_runtime_folder_of_others_it_refuses) {
  const auto open = dir.path() / "open";
  std::filesystem::create_directory(open);
  std::filesystem::permissions(open, std::filesystem::perms::all);
  auto c = command({"run"});
  c.env["SMX_RUNTIME_DIR"] = open.string();
  expect_environment(c, "only this user");
}

TEST_F(EnvironmentTest, without_space_it_says_how_much_is_needed) {
  if (::geteuid() != 0) GTEST_SKIP() << "mounting a small file system needs root";
  const auto state = dir.path() / "state";
  std::filesystem::create_directory(state);
  if (::mount("tmpfs", state.c_str(), "tmpfs", 0, "size=1m") != 0)
    GTEST_SKIP() << "this environment does not let root mount";
  const auto r = run_command(command({"run"}));
  ::umount2(state.c_str(), MNT_DETACH);
  EXPECT_EQ(r.exit_code, 3);
  EXPECT_THAT(r.err, HasSubstr("MiB left"));
}

TEST_F(EnvironmentTest, doctor_finds_the_same_faults) {
  EXPECT_EQ(run_command(command({"doctor"})).exit_code, 0);
  auto c = command({"doctor"});
  c.env["LIBVIRT_DRIVER_DIR"] = dir.path().string();
  const auto r = run_command(c);
  EXPECT_EQ(r.exit_code, 3);
  EXPECT_THAT(r.out, HasSubstr("libvirt-daemon-driver-qemu"));
}

}  // namespace
}  // namespace smx
