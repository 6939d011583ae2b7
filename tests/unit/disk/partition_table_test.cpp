#include "vm/disk/partition_table.h"

#include <gmock/gmock.h>

#include "tests/unit/disk/disk_maker.h"
#include "tests/unit/image/error_matcher.h"

namespace smx::vm {
namespace {

using test::empty_disk;
using test::error_of;
using test::gpt_disk;
using test::le;
using test::put;
using test::put_mbr_entry;
using test::seal_gpt;
using testing::HasSubstr;

PartitionTable table_of(const std::string& disk) {
  MemoryDevice device(disk);
  return read_partition_table(device);
}

std::string refusal(const std::string& disk) {
  return error_of([&] { table_of(disk); });
}

TEST(PartitionTable, reads_primary_and_logical_partitions) {
  auto disk = empty_disk();
  put_mbr_entry(disk, 0, 0, 0x80, 0x07, 64, 100);
  put_mbr_entry(disk, 0, 1, 0, 0x0f, 1000, 1000);
  put_mbr_entry(disk, 1000, 0, 0, 0x07, 8, 40);
  put_mbr_entry(disk, 1000, 1, 0, 0x05, 500, 100);
  put_mbr_entry(disk, 1500, 0, 0, 0x0c, 16, 50);
  const auto table = table_of(disk);
  EXPECT_EQ(table.scheme, PartitionTable::Scheme::mbr);
  ASSERT_EQ(table.partitions.size(), 3u);
  EXPECT_TRUE(table.partitions[0].active);
  EXPECT_EQ(table.partitions[0].offset, 64u * 512);
  EXPECT_EQ(table.partitions[0].size, 100u * 512);
  EXPECT_EQ(table.partitions[1].number, 5u);
  EXPECT_EQ(table.partitions[1].offset, 1008u * 512);
  EXPECT_EQ(table.partitions[2].number, 6u);
  EXPECT_EQ(table.partitions[2].offset, 1516u * 512);
  EXPECT_FALSE(table.partitions[2].active);
}

TEST(PartitionTable, refuses_an_empty_disk_and_one_without_a_table) {
  EXPECT_THAT(refusal(""), HasSubstr("too small"));
  EXPECT_THAT(refusal(std::string(1u << 20, '\0')), HasSubstr("no partition table"));
}

TEST(PartitionTable, refuses_a_partition_that_is_not_within_the_disk) {
  auto disk = empty_disk();
  put_mbr_entry(disk, 0, 0, 0x80, 0x07, 64, 5000);
  EXPECT_THAT(refusal(disk), HasSubstr("partition 1 is not within the disk"));
  put_mbr_entry(disk, 0, 0, 0x80, 0x07, 0xffffffff, 0xffffffff);
  EXPECT_THAT(refusal(disk), HasSubstr("partition 1 is not within the disk"));
}

TEST(PartitionTable, refuses_a_chain_that_turns_back_or_leaves) {
  for (const std::uint32_t next : {0u, 2000u, 5u}) {
    auto disk = empty_disk();
    put_mbr_entry(disk, 0, 0, 0, 0x05, 1000, 1000);
    put_mbr_entry(disk, 1000, 0, 0, 0x07, 8, 40);
    put_mbr_entry(disk, 1000, 1, 0, 0x05, next, 100);
    EXPECT_THAT(refusal(disk), HasSubstr("does not end")) << next;
  }
}

TEST(PartitionTable, reads_a_guid_partition_table) {
  const auto table = table_of(gpt_disk());
  EXPECT_EQ(table.scheme, PartitionTable::Scheme::gpt);
  ASSERT_EQ(table.partitions.size(), 2u);
  EXPECT_TRUE(table.partitions[0].efi_system());
  EXPECT_EQ(table.partitions[0].offset, 64u * 512);
  EXPECT_EQ(table.partitions[0].size, 128u * 512);
  EXPECT_FALSE(table.partitions[1].efi_system());
  EXPECT_EQ(table.partitions[1].type_guid, "ebd0a0a2-b9e5-4433-87c0-68b6b72699c7");
}

TEST(PartitionTable, refuses_a_guid_partition_table_whose_checksums_are_wrong) {
  auto header = gpt_disk();
  header[512 + 40] = 1;
  EXPECT_THAT(refusal(header), HasSubstr("its header's checksum is wrong"));
  auto entries = gpt_disk();
  entries[1024 + 50] = 1;
  EXPECT_THAT(refusal(entries), HasSubstr("its entries' checksum is wrong"));
  auto none = gpt_disk();
  put(none, 512, "NOT PART");
  EXPECT_THAT(refusal(none), HasSubstr("sector 1 has no header"));
}

TEST(PartitionTable, refuses_impossible_numbers_in_a_guid_partition_table) {
  const auto with = [](std::size_t at, const std::string& bytes) {
    auto disk = gpt_disk();
    put(disk, at, bytes);
    seal_gpt(disk);
    return refusal(disk);
  };
  EXPECT_THAT(with(512 + 80, le(0xffffffff, 4)), HasSubstr("entries of"));
  EXPECT_THAT(with(512 + 84, le(0, 4)), HasSubstr("entries of"));
  EXPECT_THAT(with(512 + 72, le(~0ull, 8)), HasSubstr("not within the disk"));
  EXPECT_THAT(with(1024 + 40, le(5000, 8)), HasSubstr("partition 1 is not within the disk"));
  EXPECT_THAT(with(1024 + 40, le(1, 8)), HasSubstr("ends before it begins"));
}

}  // namespace
}  // namespace smx::vm
