#include <gtest/gtest.h>

#include "tests/unit/spec/spec_files.h"

namespace smx::spec {
namespace {

class ExceptionFile : public testing::Test {
 protected:
  std::vector<SignOffException> load(const std::string& exceptions) {
    return load_exceptions(
        files_.write("e.json", "{\"format\": 1, // a comment\n\"exceptions\": [\n" + exceptions + "]}"));
  }
  static std::string exception(const std::string& cell) {
    return "{\"cell\": \"" + cell + "\", \"owner\": \"o\", \"reason\": \"r\"}";
  }
  Files files_;
};

TEST_F(ExceptionFile, is_read) {
  const auto exceptions = load(exception("a/b/c/d") + "," + exception("*/pin-management"));
  ASSERT_EQ(exceptions.size(), 2u);
  EXPECT_EQ(exceptions[0], (SignOffException{"a/b/c/d", "o", "r"}));
  EXPECT_EQ(exceptions[1].cell, "*/pin-management");
  EXPECT_TRUE(load("").empty());
}

TEST_F(ExceptionFile, with_a_cell_that_cannot_be_is_refused) {
  EXPECT_EQ(refusal([&] { load(exception("pin-management")); }),
            "e.json:3:10 (/exceptions/0/cell): \"pin-management\" matches no cell; cells are "
            "target/mode/reader/scenario, and * matches any characters");
}

TEST_F(ExceptionFile, without_owner_or_reason_is_refused) {
  EXPECT_EQ(refusal([&] { load("{\"cell\": \"a/b/c/d\", \"owner\": \"\"}"); }),
            "e.json:3:1 (/exceptions/0): an exception needs the key \"reason\"\n"
            "e.json:3:30 (/exceptions/0/owner): \"owner\" may not be empty");
}

TEST_F(ExceptionFile, with_the_same_cell_twice_is_refused) {
  EXPECT_NE(
      refusal([&] { load(exception("a/b/c/d") + "," + exception("a/b/c/d")); }).find("is excepted twice"),
      std::string::npos);
}

TEST_F(ExceptionFile, that_does_not_exist_is_refused) {
  EXPECT_NE(refusal([&] { load_exceptions(files_.path("none.json")); }).find("none.json"), std::string::npos);
}

}  // namespace
}  // namespace smx::spec
