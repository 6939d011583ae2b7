#include "harness/core/little_endian.h"
#include "tests/integration/offline/windows_image.h"
#include "tests/unit/image/error_matcher.h"
#include "tests/unit/registry/hive_maker.h"
#include "vm/disk/nbd_device.h"
#include "vm/disk/ntfs_volume.h"
#include "vm/windows/offline_windows.h"

// What is refused, and that nothing was changed by it.

namespace smx::vm {
namespace {

using test::error_of;
using test::Layout;
using testing::AllOf;
using testing::HasSubstr;
using Access = OfflineWindows::Access;
namespace fs = std::filesystem;

class Refusals : public test::OfflineTest {
 protected:
  /// What `set` says of the image; the overlay must not change by it.
  std::string refused(const test::Image& image) {
    const auto before = sha256_file(image.overlay);
    auto said = error_of(
        [&] { OfflineWindows(image.overlay, Access::write, cancel).set_mode(BootMode::safe_networking); });
    EXPECT_EQ(sha256_file(image.overlay), before);
    return said;
  }
  std::string refused(const test::Windows& windows, const std::function<void(const fs::path&)>& damage = {}) {
    return refused(test::make_image(windows, temp.path(), damage));
  }
  /// Damage to a file record of a volume on the raw disk: its attribute of `type`, `at` bytes into it.
  static void patch_attribute(const fs::path& disk, std::uint64_t volume, NtfsVolume::File number,
                              std::uint32_t type, std::uint64_t at, const std::string& bytes) {
    const auto all = read_file(disk, 1u << 30);
    const auto record = volume + le64(all, volume + 48) * le8(all, volume + 13) * 512 + number * 1024;
    auto attribute = record + le16(all, record + 20);
    while (le32(all, attribute) != type) attribute += le32(all, attribute + 4);
    test::patch(disk, attribute + at, bytes);
  }
};

TEST_F(Refusals, a_golden_image_is_never_changed) {
  const auto image = test::make_image(test::sound_windows(Layout::uefi), temp.path());
  const auto before = sha256_file(image.golden);
  EXPECT_THAT(error_of([&] { OfflineWindows(image.golden, Access::write, cancel); }),
              AllOf(HasSubstr("usage: "), HasSubstr("is not an overlay"), HasSubstr("qemu-img create")));
  EXPECT_EQ(sha256_file(image.golden), before);
}

TEST_F(Refusals, an_image_that_somebody_has_is_left_alone) {
  const auto image = test::make_image(test::sound_windows(Layout::uefi), temp.path());
  const NbdDevice guest(image.overlay, NbdDevice::Access::write, cancel);
  for (const auto access : {Access::read, Access::write})
    EXPECT_THAT(error_of([&] { OfflineWindows(image.overlay, access, cancel); }),
                AllOf(HasSubstr("usage: "), HasSubstr("is in use"), HasSubstr("shut that down")));
}

TEST_F(Refusals, other_files_are_no_images) {
  write_file_atomically(temp.path() / "raw", std::string(1u << 20, '\0'));
  EXPECT_THAT(error_of([&] { OfflineWindows(temp.path() / "raw", Access::read, cancel); }),
              HasSubstr("is not a qcow2 image"));
  EXPECT_THAT(error_of([&] { OfflineWindows(temp.path() / "none", Access::read, cancel); }),
              HasSubstr("cannot be read"));
}

TEST_F(Refusals, a_hibernated_windows) {
  for (const auto* mark : {"hibr", "HIBR", "RSTR"}) {
    auto windows = test::sound_windows(Layout::uefi);
    windows.files["/hiberfil.sys"] = mark + std::string(5000, 'x');
    const TempDir folder(temp.path(), "h");
    EXPECT_THAT(refused(test::make_image(windows, folder.path())),
                AllOf(HasSubstr("is hibernated"), HasSubstr("powercfg /hibernate off")));
  }
}

TEST_F(Refusals, fast_startup_that_cannot_happen_is_none) {
  auto windows = test::sound_windows(Layout::bios_ntfs);
  auto system = test::system_hive();
  system.set("ControlSet001\\Control\\Session Manager\\Power", "HiberbootEnabled", test::dword_value(1));
  windows.system = system.bytes();
  const auto image = test::make_image(windows, temp.path());
  EXPECT_TRUE(OfflineWindows(image.overlay, Access::write, cancel).set_mode(BootMode::safe_networking));
}

TEST_F(Refusals, fast_startup) {
  auto windows = test::sound_windows(Layout::bios_ntfs);
  auto system = test::system_hive();
  system.set("ControlSet001\\Control\\Session Manager\\Power", "HiberbootEnabled", test::dword_value(1));
  windows.system = system.bytes();
  windows.files["/hiberfil.sys"] = std::string(5000, '\0');
  EXPECT_THAT(refused(windows),
              AllOf(HasSubstr("has fast startup on"), HasSubstr("powercfg /hibernate off")));
}

TEST_F(Refusals, hibernation_that_is_possible_and_was_not_used_is_none) {
  auto windows = test::sound_windows(Layout::uefi);
  windows.files["/hiberfil.sys"] = "wake" + std::string(5000, '\0');
  const auto image = test::make_image(windows, temp.path());
  EXPECT_TRUE(OfflineWindows(image.overlay, Access::write, cancel).set_mode(BootMode::safe_minimal));
}

TEST_F(Refusals, bitlocker) {
  const auto offset = test::windows_offset(Layout::uefi);
  EXPECT_THAT(refused(test::sound_windows(Layout::uefi),
                      [&](const fs::path& disk) { test::patch(disk, offset + 3, "-FVE-FS-"); }),
              AllOf(HasSubstr("encrypted by BitLocker"), HasSubstr("manage-bde -off")));
}

TEST_F(Refusals, a_boot_volume_whose_flag_says_dirty) {
  const auto offset = test::boot_offset(Layout::bios_ntfs);
  EXPECT_THAT(refused(test::sound_windows(Layout::bios_ntfs),
                      [&](const fs::path& disk) {
                        // A resident value begins 24 bytes behind its attribute here; the flags are at 10.
                        patch_attribute(disk, offset, NtfsVolume::kVolume, NtfsAttribute::kVolumeInformation,
                                        24 + 10, test::le(1, 2));
                      }),
              AllOf(HasSubstr("was not unmounted"), HasSubstr("fresh overlay")));
}

TEST_F(Refusals, a_boot_volume_whose_log_is_not_carried_out) {
  const auto offset = test::boot_offset(Layout::bios_one);
  EXPECT_THAT(refused(test::sound_windows(Layout::bios_one),
                      [&](const fs::path& disk) {
                        const auto all = read_file(disk, 1u << 30);
                        MemoryDevice device(all.substr(offset, 24u << 20));
                        NtfsVolume volume(device);
                        std::uint64_t log = 0;
                        for (const auto& [attribute, stream] : volume.streams(NtfsVolume::kLog))
                          if (attribute.type == NtfsAttribute::kData) log = *stream.runs.at(0).lcn;
                        // A restart page with a client in use and the volume mounted.
                        std::string page(4096, '\0');
                        test::put(page, 0, "RSTR" + test::le(30, 2) + test::le(9, 2));
                        test::put(page, 24, test::le(64, 2));
                        test::put(page, 64,
                                  test::le(1000, 8) + test::le(1, 2) + test::le(0xffff, 2) + test::le(0, 2) +
                                      test::le(0, 2));
                        test::patch(disk, offset + log * volume.cluster_size(), page);
                        test::patch(disk, offset + log * volume.cluster_size() + 4096, page);
                      }),
              HasSubstr("was not unmounted"));
}

TEST_F(Refusals, a_store_that_was_not_written_to_its_end) {
  auto windows = test::sound_windows(Layout::uefi);
  test::put(windows.store, 4, test::le(77, 4));
  windows.store = test::sealed(windows.store);
  EXPECT_THAT(refused(windows), AllOf(HasSubstr("\\EFI\\Microsoft\\Boot\\BCD of "),
                                      HasSubstr("was not written to its end"), HasSubstr("normal mode")));
}

TEST_F(Refusals, disks_of_other_layouts) {
  const auto refused_disk = [&](const std::function<void(const fs::path&)>& damage, Layout layout) {
    const TempDir folder(temp.path(), "d");
    return refused(test::make_image(test::sound_windows(layout), folder.path(), damage));
  };
  EXPECT_THAT(
      refused_disk([](const fs::path& d) { test::patch(d, 510, std::string(2, '\0')); }, Layout::bios_ntfs),
      HasSubstr("has no partition table"));
  EXPECT_THAT(
      refused_disk([](const fs::path& d) { test::patch(d, 446, std::string(1, '\0')); }, Layout::bios_ntfs),
      HasSubstr("without an active partition"));
  EXPECT_THAT(refused_disk([](const fs::path& d) { test::patch(d, 512, "X"); }, Layout::uefi),
              HasSubstr("partition table is damaged"));
  EXPECT_THAT(refused_disk([](const fs::path& d) { test::patch(d, (1u << 20) + 82, "OTHER"); }, Layout::uefi),
              HasSubstr("neither FAT nor NTFS"));
}

TEST_F(Refusals, a_disk_without_windows_or_without_a_store) {
  auto windows = test::sound_windows(Layout::uefi);
  windows.system.clear();
  {
    const TempDir folder(temp.path(), "w");
    EXPECT_THAT(refused(test::make_image(windows, folder.path())), HasSubstr("is Windows installed on it?"));
  }
  EXPECT_THAT(refused(test::sound_windows(Layout::bios_ntfs),
                      [](const fs::path& disk) {
                        // Another partition is the active one.
                        test::patch(disk, 446, std::string(1, '\0'));
                        test::patch(disk, 446 + 16, "\x80");
                      }),
              HasSubstr("has no boot configuration store at \\Boot\\BCD"));
}

}  // namespace
}  // namespace smx::vm
