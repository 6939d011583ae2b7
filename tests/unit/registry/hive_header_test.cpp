#include <gmock/gmock.h>

#include "tests/unit/image/error_matcher.h"
#include "tests/unit/registry/hive_maker.h"

namespace smx::vm {
namespace {

using test::error_of;
using test::le;
using test::put;
using test::sealed;
using test::smallest_hive;
using testing::HasSubstr;

std::string refusal(const std::string& hive, UnfinishedHive unfinished = UnfinishedHive::refuse) {
  return error_of([&] { check_hive(hive, "SYSTEM", unfinished); });
}

TEST(HiveHeader, reads_a_sound_one) {
  const auto header = check_hive(smallest_hive(), "SYSTEM", UnfinishedHive::refuse);
  EXPECT_TRUE(header.finished());
  EXPECT_EQ(header.root, 0x20u);
  EXPECT_EQ(header.bins, 0x1000u);
}

TEST(HiveHeader, refuses_other_bytes_and_short_files) {
  EXPECT_THAT(refusal("MZ"), HasSubstr("usage: SYSTEM is not a registry hive"));
  EXPECT_THAT(refusal(std::string(8192, '\0')), HasSubstr("is not a registry hive"));
  EXPECT_THAT(refusal(smallest_hive().substr(0, 4095)), HasSubstr("is not a registry hive"));
}

TEST(HiveHeader, refuses_a_wrong_checksum) {
  auto hive = smallest_hive();
  hive[0x30] = 1;
  EXPECT_THAT(refusal(hive), HasSubstr("its checksum is"));
}

TEST(HiveHeader, refuses_a_file_that_is_shorter_than_it_says) {
  EXPECT_THAT(refusal(smallest_hive().substr(0, 4096)), HasSubstr("cut off"));
  auto hive = smallest_hive();
  put(hive, 0x28, le(0xfffff000, 4));
  EXPECT_THAT(refusal(sealed(hive)), HasSubstr("cut off"));
}

TEST(HiveHeader, refuses_a_root_key_outside_of_it) {
  auto hive = smallest_hive();
  put(hive, 0x24, le(0x1000, 4));
  EXPECT_THAT(refusal(sealed(hive)), HasSubstr("root key"));
}

TEST(HiveHeader, refuses_unequal_sequence_numbers_unless_asked_to_read_on) {
  auto hive = smallest_hive();
  put(hive, 4, le(2, 4));
  hive = sealed(hive);
  EXPECT_THAT(refusal(hive), HasSubstr("not written to its end (sequence numbers 2 and 1); boot the image"));
  EXPECT_EQ(refusal(hive, UnfinishedHive::read), "nothing");
}

TEST(HiveHeader, keeps_the_checksums_that_mean_none_out_of_the_way) {
  EXPECT_EQ(hive_checksum(std::string(508, '\0')), 1u);
  EXPECT_EQ(hive_checksum("\xff\xff\xff\xff" + std::string(504, '\0')), 0xfffffffeu);
}

}  // namespace
}  // namespace smx::vm
