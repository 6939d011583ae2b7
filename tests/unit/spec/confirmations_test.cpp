#include <gtest/gtest.h>

#include <thread>

#include "harness/spec/support_tables.h"
#include "tests/unit/spec/spec_files.h"

namespace smx::spec {
namespace {

class Confirmations : public testing::Test {
 protected:
  Confirmations() {
    std::string rows;
    for (int i = 1; i <= 16; ++i)
      rows +=
          (i > 1 ? "," : "") + std::string("{\"row\": ") + std::to_string(i) + ", \"scenario\": \"s" +
          std::to_string(i) +
          R"(", "words": "W", "marks": {"safe-networking": {"mark": "unknown", "known": "inferred", "why": "lost"}}})";
    table_ = files_.write("t.json",
                          "{\"format\": 1, \"id\": \"t\", \"document\": \"D\", \"rows\": [" + rows + "]}");
  }
  TableMark mark(const std::string& scenario, BootMode mode = BootMode::safe_networking) {
    return load_support_table(table_).mark(scenario, mode);
  }
  Files files_;
  std::filesystem::path table_;
};

TEST_F(Confirmations, stand_beside_the_table_and_count) {
  const auto before = read_file(table_);
  confirm_mark(table_, "4", Mark::not_supported, "Jane", "the page in print", "2026-11-24");
  EXPECT_EQ(read_file(table_), before);
  const auto confirmed = mark("s4");
  EXPECT_EQ(confirmed.mark, Mark::not_supported);
  EXPECT_EQ(confirmed.known, MarkSource::inferred);
  EXPECT_EQ(confirmed.why, "Jane confirmed it on 2026-11-24; before that, the table said unknown: lost");
  EXPECT_EQ(confirmed.confirmed,
            (Confirmation{"Jane", "2026-11-24", "the page in print", Mark::not_supported}));
  EXPECT_FALSE(mark("s5").confirmed);
}

TEST_F(Confirmations, are_given_by_number_or_scenario_and_keep_the_others) {
  confirm_mark(table_, "s16", Mark::supported, "Jane", "print", "2026-11-24");
  confirm_mark(table_, "1", Mark::supported, "Joe", "print", "2026-11-25");
  confirm_mark(table_, "s1", Mark::not_supported, "Joe", "print", "2026-11-25", BootMode::safe_minimal);
  EXPECT_EQ(mark("s16").confirmed->by, "Jane");
  EXPECT_EQ(mark("s1").confirmed->by, "Joe");
  EXPECT_EQ(mark("s1", BootMode::safe_minimal).mark, Mark::not_supported);
}

TEST_F(Confirmations, of_an_own_check_are_given_by_its_scenario) {
  auto text = read_file(table_);
  text.insert(text.rfind(']'), R"(, {"scenario": "own", "words": "W"})");
  files_.write("t.json", text);
  confirm_mark(table_, "own", Mark::supported, "Jane", "print", "2026-11-24");
  EXPECT_EQ(mark("own").mark, Mark::supported);
  EXPECT_NE(refusal([&] {
              confirm_mark(table_, "0", Mark::supported, "Jane", "print", "2026-11-24");
            }).find("\"0\" is no row"),
            std::string::npos);
}

TEST_F(Confirmations, replace_an_earlier_one_of_the_same_mark) {
  confirm_mark(table_, "1", Mark::supported, "Jane", "print", "2026-11-24");
  confirm_mark(table_, "1", Mark::not_supported, "Joe", "a better print", "2026-11-25");
  EXPECT_EQ(mark("s1").confirmed->by, "Joe");
  EXPECT_EQ(mark("s1").mark, Mark::not_supported);
}

TEST_F(Confirmations, of_nothing_or_by_nobody_are_refused) {
  const auto refused = [&](const std::string& row, Mark m, const std::string& by, const std::string& source,
                           const std::string& date, BootMode mode = BootMode::safe_networking) {
    return refusal([&] { confirm_mark(table_, row, m, by, source, date, mode); });
  };
  EXPECT_NE(
      refused("17", Mark::supported, "J", "s", "2026-11-24").find("\"17\" is no row of the support table t"),
      std::string::npos);
  EXPECT_NE(refused("s16x", Mark::supported, "J", "s", "2026-11-24").find("did you mean \"s16\"?"),
            std::string::npos);
  EXPECT_NE(refused("1", Mark::unknown, "J", "s", "2026-11-24").find("can be confirmed"), std::string::npos);
  EXPECT_NE(refused("1", Mark::supported, "", "s", "2026-11-24").find("--by"), std::string::npos);
  EXPECT_NE(refused("1", Mark::supported, "J", "", "2026-11-24").find("--source"), std::string::npos);
  EXPECT_NE(refused("1", Mark::supported, "J", "s", "yesterday").find("is no date"), std::string::npos);
  EXPECT_NE(refused("1", Mark::supported, "J", "s", "2026-11-24", BootMode::normal).find("normal mode"),
            std::string::npos);
  EXPECT_NE(refused("1", Mark::supported, "J\x01", "s", "2026-11-24").find("control character"),
            std::string::npos);
  EXPECT_FALSE(std::filesystem::exists(files_.path("t.confirmations.json")));
  EXPECT_NE(refusal([&] {
              confirm_mark(files_.path("no.json"), "1", Mark::supported, "J", "s", "2026-11-24");
            }).find("no.json"),
            std::string::npos);
}

TEST_F(Confirmations, with_words_that_are_no_text_are_refused) {
  EXPECT_NE(
      refusal([&] { confirm_mark(table_, "1", Mark::supported, "J\xFF", "s", "2026-11-24"); }).find("UTF-8"),
      std::string::npos);
}

TEST_F(Confirmations, that_do_not_fit_the_table_are_refused_with_their_place) {
  files_.write("t.confirmations.json", R"({"format": 1, "table": "tt", "confirmations": [
{"scenario": "s17", "mode": "normal", "mark": "unknown", "by": "J", "when": "2026", "source": "s"},
{"scenario": "s1", "mode": "safe-minimal", "mark": "supported", "by": "J", "when": "2026-11-24", "source": "s"},
{"scenario": "s1", "mode": "safe-minimal", "mark": "supported", "by": "J", "when": "2026-11-24", "source": "s"}]})");
  EXPECT_EQ(
      refusal([&] { mark("s1"); }),
      "t.confirmations.json:1:24 (/table): \"tt\" is no table of this file; did you mean \"t\"?\n"
      "t.confirmations.json:2:14 (/confirmations/0/scenario): \"s17\" is no scenario of this table; did you "
      "mean "
      "\"s1\"?\n"
      "t.confirmations.json:2:29 (/confirmations/0/mode): \"normal\" is no safe mode; expected "
      "\"safe-networking\", \"safe-minimal\" or \"safe-command-prompt\"\n"
      "t.confirmations.json:2:47 (/confirmations/0/mark): \"unknown\" is no mark to confirm; expected "
      "\"supported\" or \"not-supported\"\n"
      "t.confirmations.json:2:77 (/confirmations/0/when): \"2026\" is no date; write year-month-day such as "
      "\"2026-11-24\"\n"
      "t.confirmations.json:4:1 (/confirmations/2): \"s1\" in safe-minimal is confirmed twice; remove one");
}

TEST_F(Confirmations, written_at_the_same_time_are_all_kept) {
  std::vector<std::thread> writers;
  for (int i = 1; i <= 16; ++i)
    writers.emplace_back(
        [&, i] { confirm_mark(table_, std::to_string(i), Mark::supported, "Jane", "print", "2026-11-24"); });
  for (auto& writer : writers) writer.join();
  for (int i = 1; i <= 16; ++i) EXPECT_TRUE(mark("s" + std::to_string(i)).confirmed) << i;
}

}  // namespace
}  // namespace smx::spec
