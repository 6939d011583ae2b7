#include "vm/disk/ntfs_record.h"

#include <gmock/gmock.h>

#include "tests/unit/image/error_matcher.h"
#include "tests/unit/registry/hive_maker.h"
#include "vm/disk/ntfs_volume.h"

namespace smx::vm {
namespace {

using namespace std::string_literals;
using test::error_of;
using test::le;
using test::put;
using testing::HasSubstr;

TEST(NtfsRuns, add_up_signed_distances) {
  const auto runs = parse_ntfs_runs("\x21\x18\x34\x56\x11\x02\xf0\x01\x05\x00"s, 0);
  ASSERT_EQ(runs.size(), 3u);
  EXPECT_EQ(runs[0].length, 0x18u);
  EXPECT_EQ(runs[0].lcn, 0x5634u);
  EXPECT_EQ(runs[1].vcn, 0x18u);
  EXPECT_EQ(runs[1].lcn, 0x5624u);
  EXPECT_EQ(runs[2].length, 5u);
  EXPECT_FALSE(runs[2].lcn);
}

TEST(NtfsRuns, refuse_what_cannot_be) {
  for (const auto& bytes :
       {"\x21\x18\x34"s, "\x10\x18"s, "\x90\x01"s, "\x11\x00\x01"s, "\x11\x01\xf0"s,
        "\x18\xff\xff\xff\xff\xff\xff\xff\xff\x01"s, "\x71\x01\xff\xff\xff\xff\xff\xff\x7f"s}) {
    EXPECT_THAT(error_of([&] { parse_ntfs_runs(bytes, 0); }), HasSubstr("usage: an NTFS volume"));
  }
  EXPECT_THAT(error_of([] { parse_ntfs_runs("", ~0ull); }), HasSubstr("begin nowhere"));
}

/// A file record of 1024 bytes with these attributes.
std::string record(const std::string& attributes) {
  std::string bytes(1024, '\0');
  put(bytes, 0, "FILE" + le(0x30, 2) + le(3, 2));
  put(bytes, 16, le(7, 2) + le(1, 2) + le(0x38, 2) + le(1, 2));
  put(bytes, 24, le(0x38 + attributes.size() + 8, 4) + le(1024, 4));
  put(bytes, 0x38, attributes + le(0xffffffff, 4));
  put(bytes, 0x30, "\x01\x00"s + bytes.substr(510, 2) + bytes.substr(1022, 2));
  put(bytes, 510, "\x01\x00"s);
  put(bytes, 1022, "\x01\x00"s);
  return bytes;
}

std::string resident(std::uint32_t type, const std::string& value) {
  std::string bytes(24, '\0');
  put(bytes, 0, le(type, 4) + le(24 + value.size(), 4));
  put(bytes, 16, le(value.size(), 4) + le(24, 2));
  return bytes + value;
}

TEST(NtfsRecord, reads_attributes) {
  const auto read = parse_ntfs_record(record(resident(0x80, "content!")));
  EXPECT_EQ(read.sequence, 7);
  EXPECT_TRUE(read.in_use);
  ASSERT_EQ(read.attributes.size(), 1u);
  EXPECT_EQ(read.attributes[0].value, "content!");
  EXPECT_EQ(read.attributes[0].size, 8u);
}

TEST(NtfsRecord, notices_a_torn_write) {
  auto bytes = record(resident(0x80, "content!"));
  bytes[510] = 2;
  EXPECT_THAT(error_of([&] { parse_ntfs_record(bytes); }), HasSubstr("written in part only"));
}

TEST(NtfsRecord, refuses_what_cannot_be) {
  const auto refusal = [](std::size_t at, const std::string& bytes) {
    auto damaged = record(resident(0x80, "content!"));
    put(damaged, at, bytes);
    return error_of([&] { parse_ntfs_record(damaged); });
  };
  EXPECT_THAT(refusal(0, "BAAD"), HasSubstr("has no \"FILE\""));
  EXPECT_THAT(refusal(6, le(300, 2)), HasSubstr("update sequence"));
  EXPECT_THAT(refusal(4, le(1023, 2)), HasSubstr("update sequence"));
  EXPECT_THAT(refusal(24, le(2000, 4)), HasSubstr("larger than it can be"));
  EXPECT_THAT(refusal(20, le(0xfff0, 2)), HasSubstr("has no end"));
  EXPECT_THAT(refusal(0x38 + 4, le(0, 4)), HasSubstr("no length that can be"));
  EXPECT_THAT(refusal(0x38 + 4, le(0xfffffff0, 4)), HasSubstr("no length that can be"));
  EXPECT_THAT(refusal(0x38 + 16, le(0xffff, 4)), HasSubstr("value is outside"));
  EXPECT_THAT(refusal(0x38 + 8, "\x01"), HasSubstr("runs are outside"));
  EXPECT_THAT(refusal(0x38 + 9, "\xff"), HasSubstr("name is outside"));
}

TEST(NtfsIndex, refuses_entries_that_cannot_be) {
  std::string node(64, '\0');
  put(node, 0, le(16, 4) + le(64, 4));
  put(node, 16 + 8, le(16, 2) + le(0, 2) + le(2, 2));
  EXPECT_TRUE(parse_ntfs_index_node(node).entries.empty());
  auto endless = node;
  put(endless, 16 + 8, le(0, 2));
  EXPECT_THAT(error_of([&] { parse_ntfs_index_node(endless); }), HasSubstr("no length that can be"));
  auto far = node;
  put(far, 0, le(0xfffffff0, 4));
  EXPECT_THAT(error_of([&] { parse_ntfs_index_node(far); }), HasSubstr("no length that can be"));
  auto unended = node;
  put(unended, 16 + 12, le(0, 2));
  EXPECT_THAT(error_of([&] { parse_ntfs_index_node(unended); }), HasSubstr("folder's"));
}

TEST(NtfsVolume, refuses_a_boot_sector_that_cannot_be) {
  for (std::size_t at : {std::size_t{11}, std::size_t{13}, std::size_t{48}, std::size_t{64}}) {
    std::string bytes(1u << 20, '\0');
    put(bytes, 3, "NTFS    ");
    put(bytes, 11, le(512, 2) + le(8, 1));
    put(bytes, 48, le(4, 8));
    put(bytes, 64, le(0xf6, 1));
    put(bytes, at, le(0xffffffffffffff, at == 48 ? 8 : 1));
    MemoryDevice device(bytes);
    EXPECT_THAT(error_of([&] { NtfsVolume volume(device); }), HasSubstr("is damaged")) << at;
  }
}

TEST(NtfsVolume, knows_bitlocker) {
  MemoryDevice locked("\xeb\x58\x90-FVE-FS-"s + std::string(512, '\0')), other(std::string(512, '\0'));
  EXPECT_TRUE(NtfsVolume::is_bitlocker(locked));
  EXPECT_FALSE(NtfsVolume::is_ntfs(locked));
  EXPECT_FALSE(NtfsVolume::is_bitlocker(other));
}

}  // namespace
}  // namespace smx::vm
