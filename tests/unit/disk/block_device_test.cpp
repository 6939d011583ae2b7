#include "vm/disk/block_device.h"

#include <gmock/gmock.h>

#include "harness/core/files.h"
#include "tests/unit/image/error_matcher.h"
#include "vm/disk/sparse_copy.h"

namespace smx::vm {
namespace {

using test::error_of;
using testing::HasSubstr;

TEST(BlockDevice, a_part_cannot_be_left) {
  MemoryDevice whole("0123456789");
  PartOfDevice part(whole, 2, 5);
  EXPECT_EQ(read_bytes(part, 1, 4), "3456");
  part.write(0, "ab");
  EXPECT_EQ(whole.bytes(), "01ab456789");
  EXPECT_THAT(error_of([&] { read_bytes(part, 4, 2); }), HasSubstr("usage: the disk is damaged"));
  EXPECT_THAT(error_of([&] { read_bytes(part, ~0ull, 2); }), HasSubstr("damaged"));
  EXPECT_THAT(error_of([&] { part.write(4, "xy"); }), HasSubstr("damaged"));
  EXPECT_THAT(error_of([&] { PartOfDevice(whole, 6, 5); }), HasSubstr("damaged"));
}

TEST(SparseCopy, brings_back_what_another_program_changed) {
  MemoryDevice device(std::string(5 * 4096 + 100, 'x') + std::string(4096, '\0'));
  const auto before = device.bytes();
  const TempDir folder(testing::TempDir(), "sparse-");
  SparseCopy copy(folder.path() / "copy", device.size());
  copy.copy(device, 0, device.size());
  EXPECT_EQ(read_file(copy.file()), before);
  EXPECT_EQ(copy.write_back(device), 0u);
  auto changed = before;
  changed.replace(4100, 3, "abc");
  changed.replace(5 * 4096 + 50, 3, std::string(3, '\0'));
  {
    const auto file = std::fopen(copy.file().c_str(), "r+");
    std::fwrite(changed.data(), 1, changed.size(), file);
    std::fclose(file);
  }
  EXPECT_EQ(copy.write_back(device), 2u * 4096);
  EXPECT_EQ(device.bytes(), changed);
}

TEST(SparseCopy, leaves_alone_what_was_never_copied) {
  MemoryDevice device(std::string(64 * 4096, 'x'));
  const TempDir folder(testing::TempDir(), "sparse-");
  SparseCopy copy(folder.path() / "copy", device.size());
  copy.copy(device, 32 * 4096, 4096);
  EXPECT_EQ(copy.write_back(device), 0u);
  EXPECT_EQ(device.bytes(), std::string(64 * 4096, 'x'));
}

TEST(SparseCopy, never_overwrites_a_file) {
  const TempDir folder(testing::TempDir(), "sparse-");
  write_file_atomically(folder.path() / "copy", "precious");
  EXPECT_THAT(error_of([&] { SparseCopy(folder.path() / "copy", 10); }), HasSubstr("environment: the copy"));
  EXPECT_EQ(read_file(folder.path() / "copy"), "precious");
}

}  // namespace
}  // namespace smx::vm
