#include <SQLiteCpp/SQLiteCpp.h>

#include "harness/core/error.h"
#include "harness/history/pack.h"
#include "tests/unit/history/history_fixture.h"

namespace smx::history {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

TEST_F(HistoryTest, a_file_that_is_no_history_is_refused) {
  const auto file = folder.path() / "other.db";
  write_file_atomically(file, std::string(8192, 'x'));
  EXPECT_THAT([&] { History other(file); }, ThrowsMessage<Error>(HasSubstr("history import --anew")));
}

TEST_F(HistoryTest, a_history_of_a_later_format_is_refused) {
  const auto file = folder.path() / "later.db";
  { History made(file); }
  {
    SQLite::Database db(file.string(), SQLite::OPEN_READWRITE);
    db.exec("PRAGMA user_version = 2");
  }
  EXPECT_THAT([&] { History other(file); }, ThrowsMessage<Error>(HasSubstr("format 2")));
}

TEST_F(HistoryTest, a_damaged_run_is_refused_and_not_read_past_its_end) {
  add("a", 1, {passed("s")});
  const auto damage = [&](const char* sql) {
    SQLite::Database db((folder.path() / "history.db").string(), SQLite::OPEN_READWRITE);
    db.exec(sql);
  };
  damage("UPDATE content SET results = x'0102030405'");
  EXPECT_THAT([&] { history.summary("a"); }, ThrowsMessage<Error>(HasSubstr("damaged")));
  damage("UPDATE content SET results = zeroblob(36)");
  EXPECT_THAT([&] { history.summary("a"); }, ThrowsMessage<Error>(HasSubstr("--anew")));
  damage("UPDATE content SET results = x'ffffff7f' || zeroblob(32)");
  EXPECT_THAT([&] { history.summary("a"); }, ThrowsMessage<Error>(HasSubstr("--anew")));
  damage("UPDATE content SET results = x'', inputs = x'01'");
  EXPECT_THAT([&] { history.summary("a"); }, ThrowsMessage<Error>(HasSubstr("damaged")));
}

TEST_F(HistoryTest, two_that_have_it_open_see_each_others_runs) {
  History other(folder.path() / "history.db");
  add("a", 1, {passed("s")}, {{compare::InputKind::host, "", "qemu", "7"}});
  other.add(make("b", 2, {failed("s"), passed("t")}, {{compare::InputKind::host, "", "qemu", "8"}}), "");
  add("c", 3, {passed("t"), passed("u")}, {{compare::InputKind::host, "", "qemu", "8"}});
  EXPECT_EQ(history.summary("b"), other.summary("b"));
  EXPECT_EQ(history.summary("c"), other.summary("c"));
  EXPECT_EQ(other.runs({}).size(), 3u);
}

TEST(Pack, is_what_it_was) {
  const std::vector<PackedResult> results{{1, 2, 3, 4, 5, 6, 7, 8, 9},
                                          {0xffffffff, 0, 1, 0, 0x01020304, 0, 0, 0, 0}};
  const auto bytes = pack(results);
  const PackedResults packed(bytes);
  ASSERT_EQ(packed.size(), 2u);
  EXPECT_EQ(packed.at(0), results[0]);
  EXPECT_EQ(packed.at(1), results[1]);
  EXPECT_EQ(packed.cell(1), 0xffffffffu);
  EXPECT_EQ(unpack_numbers(pack(std::vector<std::uint32_t>{7, 0x80000000})),
            (std::vector<std::uint32_t>{7, 0x80000000}));
  EXPECT_THROW(PackedResults("12345"), Error);
}

}  // namespace
}  // namespace smx::history
