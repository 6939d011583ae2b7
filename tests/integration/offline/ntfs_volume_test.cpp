#include "vm/disk/ntfs_volume.h"

#include "harness/core/little_endian.h"
#include "tests/integration/offline/windows_image.h"
#include "tests/unit/image/error_matcher.h"
#include "tests/unit/registry/hive_maker.h"

namespace smx::vm {
namespace {

using test::error_of;
using test::Layout;
using testing::HasSubstr;

/// The bytes of a C: that mkntfs and ntfscp made.
class NtfsVolumeTest : public test::OfflineTest {
 protected:
  MemoryDevice volume_with(const std::map<std::string, std::string>& files) {
    auto windows = test::sound_windows(Layout::bios_one);
    windows.files = files;
    const auto disk = temp.path() / "disk";
    test::make_disk(windows, disk);
    return MemoryDevice(read_file(disk, 1u << 30).substr(test::windows_offset(Layout::bios_one)));
  }
};

TEST_F(NtfsVolumeTest, finds_and_reads_files_in_pieces) {
  std::string large;
  for (int i = 0; i < 40000; ++i) large += std::to_string(i) + ",";
  auto device = volume_with({{"/Folder/Large.bin", large}, {"/small", "resident"}, {"/empty", ""}});
  NtfsVolume volume(device);
  const auto file = volume.find("\\folder\\LARGE.BIN");
  ASSERT_TRUE(file);
  EXPECT_EQ(volume.read(*file, 1u << 20), large);
  EXPECT_EQ(volume.beginning(*file, 7), large.substr(0, 7));
  bool in_pieces = false;
  for (const auto& [attribute, stream] : volume.streams(*file))
    in_pieces = in_pieces || (attribute.type == NtfsAttribute::kData && stream.runs.size() > 1);
  EXPECT_TRUE(in_pieces);
  EXPECT_EQ(volume.read(*volume.find("\\small"), 100), "resident");
  EXPECT_EQ(volume.read(*volume.find("\\empty"), 100), "");
  EXPECT_FALSE(volume.find("\\Folder\\none"));
  EXPECT_FALSE(volume.find("\\none\\Large.bin"));
}

TEST_F(NtfsVolumeTest, walks_a_folder_whose_index_is_a_tree) {
  auto device = volume_with({});
  const auto disk = temp.path() / "volume", source = temp.path() / "source";
  write_file_atomically(disk, device.bytes());
  write_file_atomically(source, "x");
  for (int i = 0; i < 120; ++i)
    test::run({"ntfscp", "-f", "-q", disk.string(), source.string(),
               "/a-rather-long-name-so-that-nodes-are-full-" + std::to_string(i)});
  MemoryDevice full(read_file(disk, 1u << 30));
  NtfsVolume volume(full);
  for (int i = 0; i < 120; ++i)
    EXPECT_TRUE(volume.find("\\A-rather-long-name-so-that-nodes-are-full-" + std::to_string(i))) << i;
  EXPECT_GE(volume.entries(NtfsVolume::kRoot).size(), 120u);
}

TEST_F(NtfsVolumeTest, overwrites_in_place_what_keeps_its_size) {
  const std::string before(100000, 'a');
  auto after = before;
  after[50000] = 'b';
  auto device = volume_with({{"/file", before}, {"/small", "resident"}});
  NtfsVolume volume(device);
  const auto file = *volume.find("\\file");
  EXPECT_FALSE(volume.overwrite(file, after + "b"));
  EXPECT_FALSE(volume.overwrite(*volume.find("\\small"), "RESIDENT"));
  EXPECT_TRUE(volume.overwrite(file, after));
  EXPECT_EQ(NtfsVolume(device).read(file, 1u << 20), after);
}

TEST_F(NtfsVolumeTest, refuses_files_that_are_too_large_and_folders) {
  auto device = volume_with({{"/file", std::string(5000, 'a')}});
  NtfsVolume volume(device);
  EXPECT_THAT(error_of([&] { volume.read(*volume.find("\\file"), 4999); }),
              HasSubstr("at most 4999 are read"));
  EXPECT_THAT(error_of([&] { volume.read(*volume.find("\\Windows"), 10); }), HasSubstr("is a folder"));
  EXPECT_THAT(error_of([&] { volume.find("\\file\\x"); }), HasSubstr("has no index"));
}

TEST_F(NtfsVolumeTest, refuses_compressed_and_encrypted_files) {
  for (const auto& [flags, words] : {std::pair{0x0001, "compressed"}, {0x4000, "encrypted"}}) {
    auto device = volume_with({{"/file", std::string(5000, 'a')}});
    const auto number = *NtfsVolume(device).find("\\file");
    const auto at = le64(device.bytes(), 48) * le8(device.bytes(), 13) * 512 + number * 1024;
    std::uint64_t attribute = le16(device.bytes(), at + 20);
    while (le32(device.bytes(), at + attribute) != NtfsAttribute::kData)
      attribute += le32(device.bytes(), at + attribute + 4);
    device.write(at + attribute + 12, test::le(static_cast<std::uint64_t>(flags), 2));
    EXPECT_THAT(error_of([&] { NtfsVolume(device).read(number, 10000); }), HasSubstr(words));
    std::filesystem::remove(temp.path() / "disk");
  }
}

TEST_F(NtfsVolumeTest, knows_a_volume_that_was_not_unmounted) {
  auto device = volume_with({});
  EXPECT_FALSE(NtfsVolume(device).dirty());
  EXPECT_TRUE(NtfsVolume(device).log_is_clean());
}

}  // namespace
}  // namespace smx::vm
