#include "vm/disk/qcow2_header.h"

#include <gmock/gmock.h>

#include "tests/unit/image/error_matcher.h"

namespace smx::vm {
namespace {

using test::error_of;
using testing::HasSubstr;

std::string big(std::uint64_t n, int size) {
  std::string bytes;
  for (int i = size; i-- > 0;) bytes += static_cast<char>(n >> 8 * i & 0xff);
  return bytes;
}

std::string header(std::uint64_t version, std::uint64_t offset, std::uint64_t size, std::uint64_t features) {
  auto bytes = "QFI\xfb" + big(version, 4) + big(offset, 8) + big(size, 4);
  bytes.resize(72);
  bytes += big(features, 8);
  bytes.resize(104);
  return bytes + "/golden.qcow2";
}

TEST(Qcow2Header, tells_overlays_from_golden_images) {
  EXPECT_EQ(parse_qcow2_header(header(3, 104, 13, 0), "i").backing, "/golden.qcow2");
  EXPECT_EQ(parse_qcow2_header(header(2, 0, 0, 0), "i").backing, "");
}

TEST(Qcow2Header, sees_flags_of_version_3_only) {
  EXPECT_TRUE(parse_qcow2_header(header(3, 0, 0, 2), "i").corrupt);
  EXPECT_TRUE(parse_qcow2_header(header(3, 0, 0, 4), "i").external_data);
  EXPECT_FALSE(parse_qcow2_header(header(2, 0, 0, 6), "i").corrupt);
}

TEST(Qcow2Header, refuses_other_files_and_impossible_names) {
  EXPECT_THAT(error_of([] { parse_qcow2_header(std::string(512, '\0'), "i"); }),
              HasSubstr("usage: i is not a qcow2"));
  EXPECT_THAT(error_of([] { parse_qcow2_header("QFI\xfb", "i"); }), HasSubstr("is not a qcow2"));
  EXPECT_THAT(error_of([] { parse_qcow2_header(header(4, 0, 0, 0), "i"); }), HasSubstr("unknown version 4"));
  EXPECT_THAT(error_of([] { parse_qcow2_header(header(3, 104, 14, 0), "i"); }), HasSubstr("is damaged"));
  EXPECT_THAT(error_of([] { parse_qcow2_header(header(3, ~0ull, 1, 0), "i"); }), HasSubstr("is damaged"));
  EXPECT_THAT(error_of([] { read_qcow2_header("/none"); }),
              HasSubstr("usage: the image /none cannot be read"));
}

}  // namespace
}  // namespace smx::vm
