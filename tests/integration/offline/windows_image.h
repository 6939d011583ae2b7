#pragma once

#include <gmock/gmock.h>

#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "harness/core/cancel.h"
#include "harness/core/files.h"

// Disks as Windows makes them, for tests: a partition table, a boot partition and an NTFS C: with the files
// that an inspection reads. Nothing is mounted, and no root is needed.

namespace smx::vm::test {

enum class Layout {
  bios_ntfs,  ///< MBR, a small active NTFS partition, C:
  bios_fat,   ///< MBR, a small active FAT partition, C:
  bios_one,   ///< MBR, C: is the active partition
  uefi,       ///< GPT, an EFI system partition (FAT32), C:
};

/// What is put onto the disk; a test changes it before the disk is made.
struct Windows {
  Layout layout = Layout::uefi;
  std::string store, system, software;            ///< hives; the sound ones of hive_maker.h
  std::map<std::string, std::string> files = {};  ///< more of C:'s, in its root folder
  std::uint64_t windows_mib = 24;
};
Windows sound_windows(Layout layout);

/// "" when the programs that make disks are here, else which one is missing.
std::string missing_program();

/// Throws Error when a program fails.
void run(const std::vector<std::string>& argv);

/// Makes it, raw, with holes.
void make_disk(const Windows& windows, const std::filesystem::path& disk);
/// Where C: and the boot partition are, in bytes.
std::uint64_t windows_offset(Layout layout);
std::uint64_t boot_offset(Layout layout);

/// A golden qcow2 image of it, and an overlay.
struct Image {
  std::filesystem::path golden, overlay;
};
/// `damage` changes the raw disk before it becomes an image.
Image make_image(const Windows& windows, const std::filesystem::path& folder,
                 const std::function<void(const std::filesystem::path&)>& damage = {});

/// Overwrites bytes of a file.
void patch(const std::filesystem::path& file, std::uint64_t offset, std::string_view bytes);

/// Where disks are made: in memory where there is room, because ntfscp waits for the disk at every file.
std::filesystem::path scratch();

#define NEEDS_DISK_PROGRAMS()                                                  \
  if (const auto missing = smx::vm::test::missing_program(); !missing.empty()) \
  GTEST_SKIP() << missing << " is not installed"

class OfflineTest : public testing::Test {
 protected:
  void SetUp() override { NEEDS_DISK_PROGRAMS(); }
  TempDir temp{scratch(), "offline-"};
  CancelToken cancel;
};

}  // namespace smx::vm::test
