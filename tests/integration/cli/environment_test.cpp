#include <sys/mount.h>
#include <unistd.h>

#include <nlohmann/json.hpp>

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

TEST_F(EnvironmentTest, without_the_usb_reader_of_the_matrix_it_says_what_to_do) {
  const auto matrix = file("m.json", R"({"format": 1, "name": "m", "targets": [{"kind": "reference-linux"}],
    "cards": [{"id": "badge", "pin": {"env": "P"}}],
    "readers": [{"kind": "usb-passthrough", "device": "port:9-9.9.9.9"}], "scenarios": ["certutil-scinfo"]})");
  auto c = command({"run", matrix});
  c.env["P"] = "24681357";
  expect_environment(c, "m.json:3:");
  expect_environment(c, "USB smart card reader");
}

TEST_F(EnvironmentTest, readers_are_listed_or_what_to_do_without) {
  const auto table = run({"card", "readers"});
  EXPECT_EQ(table.exit_code, 0) << table.err;
  EXPECT_THAT(table.out, testing::AllOf(HasSubstr("pcsc-relay"), HasSubstr("usb-passthrough")));
  const auto json = run({"card", "readers", "--json"});
  EXPECT_EQ(json.exit_code, 0) << json.err;
  const auto list = nlohmann::json::parse(json.out);
  EXPECT_TRUE(list.at("usb").is_array());
  EXPECT_TRUE(list.at("pcsc").at("readers").is_array());
  EXPECT_THAT(list.at("leases"), testing::SizeIs(0));
}

TEST_F(EnvironmentTest, doctor_speaks_of_readers_and_needs_none) {
  const auto r = run_command(command({"doctor"}));
  EXPECT_EQ(r.exit_code, 0) << r.out;
  EXPECT_THAT(r.out, testing::AllOf(HasSubstr("card reader"), HasSubstr("pcscd")));
}

TEST_F(EnvironmentTest, doctor_finds_the_same_faults) {
  EXPECT_EQ(run_command(command({"doctor"})).exit_code, 0);
  auto c = command({"doctor"});
  c.env["LIBVIRT_DRIVER_DIR"] = dir.path().string();
  const auto r = run_command(c);
  EXPECT_EQ(r.exit_code, 3);
  EXPECT_THAT(r.out, HasSubstr("libvirt-daemon-driver-qemu"));
}

TEST_F(EnvironmentTest, doctor_only_remarks_on_what_windows_alone_would_need) {
  const auto r = run({"doctor", "--json"});
  std::size_t found = 0;
  for (const auto& check : nlohmann::json::parse(r.out))
    for (const auto* name :
         {"Windows disks", "UEFI boot partitions", "BIOS boot partitions", "UEFI firmware"})
      if (check.at("name") == name) {
        ++found;
        EXPECT_EQ(check.at("way_out"), "") << check;
        EXPECT_NE(check.at("message"), "") << check;
      }
  EXPECT_EQ(found, 4u) << r.out;
}

}  // namespace
}  // namespace smx
