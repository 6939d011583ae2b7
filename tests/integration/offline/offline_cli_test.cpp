#include <nlohmann/json.hpp>

#include "tests/integration/cli/program.h"
#include "tests/integration/offline/windows_image.h"

namespace smx {
namespace {

using testing::HasSubstr;
using vm::test::Layout;

class OfflineCli : public ProgramTest {
 protected:
  void SetUp() override { NEEDS_DISK_PROGRAMS(); }
  vm::test::Image image(Layout layout = Layout::uefi) const {
    return vm::test::make_image(vm::test::sound_windows(layout), images.path());
  }
  TempDir images{vm::test::scratch(), "offline-"};
};

TEST_F(OfflineCli, boot_mode_sets_and_gets) {
  const auto made = image();
  const auto get = [&] { return run({"boot-mode", "get", made.overlay}).out; };
  EXPECT_EQ(get(), "normal\n");
  const auto set = run({"boot-mode", "set", made.overlay, "safe-networking"});
  EXPECT_EQ(set.exit_code, 0) << set.err;
  EXPECT_THAT(set.out, HasSubstr(": boots into safe-networking"));
  EXPECT_EQ(get(), "safe-networking\n");
  EXPECT_THAT(run({"boot-mode", "set", made.overlay, "safe-networking"}).out, HasSubstr("already"));
  const auto json = nlohmann::json::parse(run({"boot-mode", "get", made.overlay, "--json"}).out);
  EXPECT_EQ(json["mode"], "safe-networking");
}

TEST_F(OfflineCli, boot_mode_refuses_with_a_line_and_a_code) {
  const auto made = image();
  const auto golden = run({"boot-mode", "set", made.golden, "safe-minimal"});
  EXPECT_EQ(golden.exit_code, 2);
  EXPECT_EQ(golden.out, "");
  EXPECT_THAT(golden.err,
              testing::StartsWith("safemode-matrix: " + made.golden.string() + " is not an overlay"));
  EXPECT_EQ(run({"boot-mode", "set", made.overlay, "sideways"}).exit_code, 2);
  EXPECT_EQ(run({"boot-mode", "set", made.overlay}).exit_code, 2);
  EXPECT_EQ(run({"boot-mode", "get", (dir.path() / "none").string()}).exit_code, 2);
  EXPECT_EQ(run({"boot-mode", "get", made.overlay}).out, "normal\n");
}

TEST_F(OfflineCli, inspect_tells_a_person) {
  const auto shown = run({"image", "inspect", image(Layout::bios_ntfs).golden});
  EXPECT_EQ(shown.exit_code, 0) << shown.err;
  EXPECT_THAT(shown.out,
              testing::StartsWith("Windows 10 Pro 10.0.19045.3803 (Professional, Client), BIOS\n"));
  EXPECT_THAT(shown.out, HasSubstr("expected in safe-networking"));
  EXPECT_THAT(shown.out,
              HasSubstr("CertPropSvc is not on the SafeBoot\\Network list: row 10 is expected to stop with "
                        "error 1084"));
}

TEST_F(OfflineCli, inspect_tells_a_program_for_each_mode_asked) {
  const auto shown =
      run({"image", "inspect", image().golden, "--json", "--mode", "normal", "--mode", "safe-minimal"});
  EXPECT_EQ(shown.exit_code, 0) << shown.err;
  const auto json = nlohmann::json::parse(shown.out);
  EXPECT_EQ(json["firmware"], "uefi");
  EXPECT_EQ(json["boot"]["mode"], "normal");
  ASSERT_EQ(json["predictions"].size(), 32u);
  EXPECT_EQ(json["predictions"][5]["expected"], "passed");
  EXPECT_EQ(json["predictions"][16 + 5]["cause"], "not-in-safeboot");
}

TEST_F(OfflineCli, inspect_refuses_what_is_no_windows) {
  const auto empty = dir.path() / "empty.qcow2";
  vm::test::run({"qemu-img", "create", "-q", "-f", "qcow2", empty.string(), "16M"});
  const auto shown = run({"image", "inspect", empty});
  EXPECT_EQ(shown.exit_code, 2);
  EXPECT_THAT(shown.err, HasSubstr("has no partition table"));
}

}  // namespace
}  // namespace smx
