#include "vm/windows/offline_windows.h"
#include "scenarios/prediction/rows.h"

#include "tests/integration/offline/windows_image.h"
#include "tests/unit/image/error_matcher.h"
#include "tests/unit/registry/hive_maker.h"

namespace smx::vm {
namespace {

using test::Layout;
using testing::Contains;
using testing::HasSubstr;
using testing::Not;
using Access = OfflineWindows::Access;

class OfflineWindowsTest : public test::OfflineTest, public testing::WithParamInterface<Layout> {};

constexpr BootMode kModes[] = {BootMode::safe_networking, BootMode::safe_minimal,
                               BootMode::safe_command_prompt, BootMode::normal};

TEST_P(OfflineWindowsTest, switches_an_overlay_and_leaves_the_golden_image_alone) {
  const auto image = test::make_image(test::sound_windows(GetParam()), temp.path());
  const auto golden = sha256_file(image.golden);
  for (const auto mode : kModes) {
    EXPECT_TRUE(OfflineWindows(image.overlay, Access::write, cancel).set_mode(mode));
    EXPECT_EQ(OfflineWindows(image.overlay, Access::read, cancel).boot_entry().mode, mode) << name(mode);
    const auto before = sha256_file(image.overlay);
    EXPECT_FALSE(OfflineWindows(image.overlay, Access::write, cancel).set_mode(mode));
    EXPECT_EQ(sha256_file(image.overlay), before);
  }
  EXPECT_EQ(sha256_file(image.golden), golden);
  EXPECT_EQ(OfflineWindows(image.golden, Access::read, cancel).boot_entry().mode, BootMode::normal);
  test::run({"qemu-img", "check", "-q", image.overlay.string()});
}

TEST_P(OfflineWindowsTest, tells_what_is_in_an_image) {
  const auto image = test::make_image(test::sound_windows(GetParam()), temp.path());
  const auto found = OfflineWindows(image.golden, Access::read, cancel).inspect(services_of_interest());
  EXPECT_EQ(found.firmware, GetParam() == Layout::uefi ? "uefi" : "bios");
  EXPECT_EQ(found.version, "10.0.19045.3803");
  EXPECT_EQ(found.product, "Windows 10 Pro");
  EXPECT_EQ(found.boot.mode, BootMode::normal);
  EXPECT_TRUE(has_entry(found.network, "SCardSvr"));
  EXPECT_FALSE(has_entry(found.minimal, "SCardSvr"));
  ASSERT_TRUE(found.service("CertPropSvc"));
  EXPECT_FALSE(found.starts("CertPropSvc", BootMode::safe_networking));
  EXPECT_FALSE(found.prepared());
  EXPECT_FALSE(found.hibernated);
  EXPECT_FALSE(found.fast_startup);
  EXPECT_EQ(found.cards.size(), 1u);
  EXPECT_THAT(found.warnings, Contains(HasSubstr("QEMU-GA is not under SafeBoot")));
}

INSTANTIATE_TEST_SUITE_P(Layouts, OfflineWindowsTest,
                         testing::Values(Layout::bios_ntfs, Layout::bios_fat, Layout::bios_one,
                                         Layout::uefi));

class OfflineWindowsFacts : public test::OfflineTest {};

TEST_F(OfflineWindowsFacts, sets_the_policies_of_failures) {
  const auto image = test::make_image(test::sound_windows(Layout::uefi), temp.path());
  const auto prepare = [](Bcd& store) {
    const bool failures = store.set_ignore_all_failures(), recovery = store.set_recovery_enabled(false);
    return failures || recovery;
  };
  EXPECT_TRUE(OfflineWindows(image.overlay, Access::write, cancel).change_boot_entry(prepare));
  EXPECT_FALSE(OfflineWindows(image.overlay, Access::write, cancel).change_boot_entry(prepare));
  const auto entry = OfflineWindows(image.overlay, Access::read, cancel).boot_entry();
  EXPECT_TRUE(entry.ignore_all_failures);
  EXPECT_EQ(entry.recovery_enabled, false);
}

TEST_F(OfflineWindowsFacts, a_prepared_image_gives_no_warning) {
  auto windows = test::sound_windows(Layout::uefi);
  auto system = test::system_hive();
  for (const std::string list : {"Network", "Minimal"})
    system.set("ControlSet001\\Control\\SafeBoot\\" + list + "\\QEMU-GA", "", test::text_value("Service"));
  system.set("ControlSet001\\Services\\Netlogon\\Parameters", "DisablePasswordChange", test::dword_value(1));
  windows.system = system.bytes();
  const auto found = OfflineWindows(test::make_image(windows, temp.path()).golden, Access::read, cancel)
                         .inspect(services_of_interest());
  EXPECT_TRUE(found.prepared());
  EXPECT_TRUE(found.password_changes_off);
  EXPECT_THAT(found.warnings, testing::IsEmpty());
}

TEST_F(OfflineWindowsFacts, warns_of_what_keeps_every_row_from_passing) {
  auto windows = test::sound_windows(Layout::uefi);
  auto system = test::system_hive();
  system.set("ControlSet001\\Services\\SCardSvr", "Start", test::dword_value(4));
  system.set("ControlSet001\\Control\\Session Manager\\Power", "HiberbootEnabled", test::dword_value(1));
  windows.system = system.bytes();
  windows.files["/hiberfil.sys"] = "HIBR" + std::string(5000, 'x');
  const auto found = OfflineWindows(test::make_image(windows, temp.path()).golden, Access::read, cancel)
                         .inspect(services_of_interest());
  EXPECT_TRUE(found.hibernated);
  EXPECT_TRUE(found.fast_startup);
  EXPECT_THAT(found.warnings, Contains(HasSubstr("SCardSvr is disabled (Start=4)")));
  EXPECT_THAT(found.warnings, Contains(HasSubstr("is hibernated")));
}

TEST_F(OfflineWindowsFacts, shows_a_registry_that_was_not_written_to_its_end_with_a_warning) {
  auto windows = test::sound_windows(Layout::uefi);
  test::put(windows.system, 4, test::le(77, 4));
  windows.system = test::sealed(windows.system);
  const auto found = OfflineWindows(test::make_image(windows, temp.path()).golden, Access::read, cancel)
                         .inspect(services_of_interest());
  EXPECT_THAT(found.warnings, Contains(HasSubstr("SYSTEM of ")));
  EXPECT_THAT(found.warnings, Contains(HasSubstr("was not written to its end")));
}

TEST_F(OfflineWindowsFacts, reads_other_files_of_windows) {
  auto windows = test::sound_windows(Layout::uefi);
  windows.files["/Windows/ntbtlog.txt"] = "Loaded driver";
  const auto image = test::make_image(windows, temp.path());
  OfflineWindows offline(image.golden, Access::read, cancel);
  EXPECT_EQ(offline.read_file("\\Windows\\NTBTLOG.TXT", 100), "Loaded driver");
  EXPECT_FALSE(offline.read_file("\\Windows\\none", 100));
}

}  // namespace
}  // namespace smx::vm
