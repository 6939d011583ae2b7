#include <gtest/gtest.h>

#include "harness/spec/dates.h"
#include "tests/unit/spec/spec_files.h"

namespace smx::spec {
namespace {

class WaiverFile : public testing::Test {
 protected:
  std::vector<Waiver> load(const std::string& waivers) {
    return load_waivers(files_.write("w.json", "{\"format\": 1, \"waivers\": [\n" + waivers + "]}"));
  }
  static std::string waiver(const std::string& cell, const std::string& expires = "2026-12-31") {
    return "{\"cell\": \"" + cell + "\", \"owner\": \"o\", \"reason\": \"r\", \"expires\": \"" + expires +
           "\"}";
  }
  Files files_;
};

TEST_F(WaiverFile, is_read) {
  const auto waivers = load(waiver("a/b/c/d") + "," + waiver("*/pin-management") + "," + waiver("*"));
  ASSERT_EQ(waivers.size(), 3u);
  EXPECT_EQ(waivers[0], (Waiver{"a/b/c/d", "o", "r", "2026-12-31"}));
  EXPECT_TRUE(load("").empty());
}

TEST_F(WaiverFile, with_a_cell_that_cannot_be_is_refused) {
  for (const auto* cell : {"pin-management", "a/b/c", "a/b/c/d/e", "*/b/c/d/e"})
    EXPECT_NE(refusal([&] {
                load(waiver(cell));
              }).find("w.json:2:10 (/waivers/0/cell): \"" + std::string(cell) + "\" matches no cell"),
              std::string::npos)
        << cell;
}

TEST_F(WaiverFile, without_owner_reason_or_expiry_is_refused) {
  EXPECT_EQ(refusal([&] { load("{\"cell\": \"a/b/c/d\", \"owner\": \"\"}"); }),
            "w.json:2:1 (/waivers/0): a waiver needs the key \"reason\"\n"
            "w.json:2:1 (/waivers/0): a waiver needs the key \"expires\"\n"
            "w.json:2:30 (/waivers/0/owner): \"owner\" may not be empty");
}

TEST_F(WaiverFile, with_the_same_cell_twice_is_refused) {
  EXPECT_NE(refusal([&] { load(waiver("a/b/c/d") + "," + waiver("a/b/c/d")); }).find("is waived twice"),
            std::string::npos);
}

TEST_F(WaiverFile, with_a_day_that_does_not_exist_is_refused) {
  EXPECT_NE(refusal([&] { load(waiver("a/b/c/d", "2026-02-30")); }).find("\"2026-02-30\" is no date"),
            std::string::npos);
}

TEST(Dates, are_days_of_the_calendar) {
  for (const auto* date : {"2026-11-24", "2024-02-29", "0001-01-01"}) EXPECT_TRUE(is_date(date)) << date;
  for (const auto* text : {"", "2026-11-4", "2026-13-01", "2026-00-01", "2025-02-29", "2026-11-31",
                           "24.11.2026", "2026/11/24", "2026-11-24T00:00", "-026-11-24", "2026-1a-24"})
    EXPECT_FALSE(is_date(text)) << text;
}

}  // namespace
}  // namespace smx::spec
