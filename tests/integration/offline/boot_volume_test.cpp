#include "vm/disk/boot_volume.h"

#include "tests/integration/offline/windows_image.h"
#include "tests/unit/image/error_matcher.h"
#include "vm/disk/ntfs_volume.h"

namespace smx::vm {
namespace {

using test::error_of;
using test::Layout;
using testing::HasSubstr;

class BootVolumeTest : public test::OfflineTest, public testing::WithParamInterface<Layout> {
 protected:
  MemoryDevice boot_partition(std::string store) {
    auto windows = test::sound_windows(GetParam());
    windows.store = std::move(store);
    const auto disk = temp.path() / "disk";
    test::make_disk(windows, disk);
    const auto size = GetParam() == Layout::bios_one ? 24u << 20 : 34u << 20;
    return MemoryDevice(read_file(disk, 1u << 30).substr(test::boot_offset(GetParam()), size));
  }
  std::string path() const {
    return GetParam() == Layout::uefi ? "\\EFI\\Microsoft\\Boot\\BCD" : "\\Boot\\BCD";
  }
  /// What the file system's own checker says.
  void check(const MemoryDevice& device) const {
    const auto file = temp.path() / "check";
    write_file_atomically(file, device.bytes());
    if (GetParam() == Layout::uefi || GetParam() == Layout::bios_fat)
      test::run({"fsck.vfat", "-n", file.string()});
    else
      test::run({"ntfsfix", "-n", file.string()});
  }
};

TEST_P(BootVolumeTest, replaces_a_file_by_one_of_any_size) {
  const std::string before(20000, 'a');
  auto device = boot_partition(before);
  for (const std::size_t size : {20000u, 24096u, 100000u, 300u}) {
    const std::string after(size, static_cast<char>('b' + size % 7));
    const auto volume = open_boot_volume(device, cancel);
    ASSERT_TRUE(volume);
    volume->replace(path(), after);
    EXPECT_EQ(volume->read(path()), after);
    EXPECT_EQ(open_boot_volume(device, cancel)->read(path()), after) << size;
    check(device);
  }
}

TEST_P(BootVolumeTest, says_what_is_not_there) {
  auto device = boot_partition("x");
  EXPECT_FALSE(open_boot_volume(device, cancel)->read("\\Boot\\none"));
  EXPECT_FALSE(open_boot_volume(device, cancel)->read("\\none\\BCD"));
}

TEST_P(BootVolumeTest, refuses_a_file_that_is_too_large) {
  auto device = boot_partition(std::string(BootVolume::kLargestFile + 1, 'x'));
  EXPECT_THAT(error_of([&] { open_boot_volume(device, cancel)->read(path()); }), HasSubstr("usage: "));
}

INSTANTIATE_TEST_SUITE_P(Layouts, BootVolumeTest,
                         testing::Values(Layout::bios_ntfs, Layout::bios_fat, Layout::bios_one,
                                         Layout::uefi));

using test::OfflineTest;

TEST_F(OfflineTest, leaves_the_other_files_of_an_ntfs_volume_alone) {
  auto windows = test::sound_windows(Layout::bios_one);
  windows.files["/other"] = std::string(3u << 20, 'o');
  const auto disk = temp.path() / "disk";
  test::make_disk(windows, disk);
  MemoryDevice device(read_file(disk, 1u << 30).substr(test::windows_offset(Layout::bios_one), 24u << 20));
  open_boot_volume(device, cancel)->replace("\\Boot\\BCD", windows.store + std::string(70000, 'b'));
  NtfsVolume volume(device);
  EXPECT_EQ(volume.read(*volume.find("\\other"), 4u << 20), windows.files["/other"]);
  EXPECT_EQ(volume.read(*volume.find("\\Windows\\System32\\config\\SYSTEM"), 4u << 20), windows.system);
}

TEST_F(OfflineTest, other_file_systems_are_no_boot_volumes) {
  MemoryDevice device(std::string(1u << 20, '\0'));
  EXPECT_FALSE(open_boot_volume(device, cancel));
}

}  // namespace
}  // namespace smx::vm
