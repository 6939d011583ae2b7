#include "harness/journal/run_marks.h"

#include <gmock/gmock.h>

#include <thread>

#include "harness/core/error.h"
#include "harness/core/files.h"

namespace smx::journal {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::ThrowsMessage;

class RunMarksTest : public testing::Test {
 protected:
  TempDir folder{"/tmp", "marks"};
};

TEST_F(RunMarksTest, are_none_where_nobody_made_any) {
  EXPECT_FALSE(read_marks(folder.path()).keeps());
}

TEST_F(RunMarksTest, are_kept) {
  add_tag(folder.path(), "release");
  add_tag(folder.path(), "golden");
  add_tag(folder.path(), "golden");
  const SignedMark mark{"minidriver", "4.2", "2026-11-24T09:30:12.000Z", "CN=QA", "/bundles/1"};
  mark_signed(folder.path(), mark);
  auto marks = read_marks(folder.path());
  EXPECT_THAT(marks.tags, ElementsAre("golden", "release"));
  EXPECT_THAT(marks.signed_as, ElementsAre(mark));
  remove_tag(folder.path(), "golden");
  remove_tag(folder.path(), "never");
  EXPECT_THAT(read_marks(folder.path()).tags, ElementsAre("release"));
  EXPECT_TRUE(read_marks(folder.path()).keeps());
}

TEST_F(RunMarksTest, what_was_told_keeps_no_run) {
  mark_exit_code(folder.path(), 1);
  EXPECT_EQ(read_marks(folder.path()).exit_code, 1);
  EXPECT_FALSE(read_marks(folder.path()).keeps());
  mark_exit_code(folder.path(), 0);
  add_tag(folder.path(), "golden");
  EXPECT_EQ(read_marks(folder.path()).exit_code, 0);
}

TEST_F(RunMarksTest, of_two_writers_are_both_kept) {
  {
    std::vector<std::jthread> writers;
    for (int writer = 0; writer < 4; ++writer)
      writers.emplace_back([&, writer] {
        for (int n = 0; n < 10; ++n) add_tag(folder.path(), "t" + std::to_string(writer * 10 + n));
      });
  }
  EXPECT_EQ(read_marks(folder.path()).tags.size(), 40u);
}

TEST_F(RunMarksTest, that_are_damaged_are_not_taken_for_none) {
  for (const char* text : {"", "{", "[]", R"({"format":1})", R"({"format":1,"tags":[7],"signed":[]})",
                           R"({"format":1,"tags":[],"signed":[{}]})"}) {
    write_file_atomically(folder.path() / "marks.json", text);
    EXPECT_THAT([&] { read_marks(folder.path()); }, ThrowsMessage<Error>(HasSubstr("damaged"))) << text;
  }
  write_file_atomically(folder.path() / "marks.json", R"({"format":2,"tags":[],"signed":[]})");
  EXPECT_THAT([&] { read_marks(folder.path()); }, ThrowsMessage<Error>(HasSubstr("format")));
  EXPECT_THROW(add_tag(folder.path(), "t"), Error);
}

}  // namespace
}  // namespace smx::journal
