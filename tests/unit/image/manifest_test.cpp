#include "vm/image/manifest.h"

#include <gmock/gmock.h>

#include "tests/unit/image/error_matcher.h"

namespace smx::vm {
namespace {

using test::error_of;
using testing::HasSubstr;

Manifest sample() {
  return {"reference-linux",
          "0123456789abcdef",
          "6.1.0-30-amd64",
          TimePoint(Milliseconds(1700000000123)),
          31,
          65,
          6,
          {{"pcscd", "1.9.9-2", "amd64"}}};
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const auto at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

TEST(Manifest, survives_being_written_and_read) {
  EXPECT_EQ(parse_manifest(manifest_text(sample()), "m.json"), sample());
}

TEST(Manifest, that_is_damaged_is_refused_by_name) {
  const auto good = manifest_text(sample());
  for (const auto& bad :
       {std::string(), good.substr(0, good.size() / 2), std::string("[]"), std::string("null"),
        replaced(good, "\"format\": 1", "\"format\": 2"), replaced(good, "\"key\"", "\"kee\""),
        replaced(good, "0123456789abcdef", "0123456789ABCDEF"),
        replaced(good, "0123456789abcdef", "../../../../etc"),
        replaced(good, "\"disk_size\": 31", "\"disk_size\": \"31\""), replaced(good, "2023-", "soon"),
        replaced(good, "\"version\"", "\"v\"")})
    EXPECT_THAT(error_of([&] { parse_manifest(bad, "the/manifest.json"); }),
                HasSubstr("usage: the/manifest.json is not an image manifest"))
        << bad;
}

TEST(ImageKey, is_sixteen_hex_digits_and_stable) {
  const auto key = image_key("recipe 1", sample().packages);
  EXPECT_THAT(key, testing::MatchesRegex("[0-9a-f]{16}"));
  EXPECT_EQ(key, image_key("recipe 1", sample().packages));
}

TEST(ImageKey, changes_with_recipe_package_and_version) {
  const auto key = image_key("recipe 1", {{"a", "1", "amd64"}});
  EXPECT_NE(key, image_key("recipe 2", {{"a", "1", "amd64"}}));
  EXPECT_NE(key, image_key("recipe 1", {{"b", "1", "amd64"}}));
  EXPECT_NE(key, image_key("recipe 1", {{"a", "2", "amd64"}}));
  EXPECT_NE(key, image_key("recipe 1", {{"a", "1", "amd64"}, {"b", "1", "amd64"}}));
}

}  // namespace
}  // namespace smx::vm
