#include "tests/unit/history/history_fixture.h"

#include "harness/core/error.h"

namespace smx::history {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::ThrowsMessage;

compare::Input driver(const std::string& value) {
  return {compare::InputKind::driver, "target t", "scfilter.sys", value};
}

TEST_F(HistoryTest, gives_back_what_it_was_given) {
  auto cell = compare::result("s", Outcome::timed_out, "cause", Mark::not_supported);
  cell.message = "message";
  cell.flaky = true;
  cell.verdict = Verdict::works_unsupported;
  cell.from_run = "an earlier one";
  auto uncovered = compare::result("u", std::nullopt);
  uncovered.covered = false;
  const auto run = add("a", 1, {cell, uncovered}, {driver("1"), driver("2")});
  EXPECT_EQ(history.summary("a"), run);
  History again(folder.path() / "history.db");
  EXPECT_EQ(again.summary("a"), run);
  EXPECT_EQ(again.line("a").folder, folder.path() / "a");
}

TEST_F(HistoryTest, lists_the_newest_first_and_counts_cells) {
  add("old", 1, {passed("s")});
  add("new", 3, {passed("s"), failed("t"), compare::result("u", Outcome::blocked)});
  add("middle", 2, {});
  EXPECT_THAT(ids(), ElementsAre("new", "middle", "old"));
  const auto line = history.line("new");
  EXPECT_EQ(line.cells, 3);
  EXPECT_EQ(line.passed, 1);
  EXPECT_EQ(line.failed, 1);
  EXPECT_EQ(line.headline, "headline of new");
}

TEST_F(HistoryTest, a_run_that_comes_again_replaces_itself) {
  add("a", 1, {failed("s")});
  history.set_marks("a", {"release-1"}, false);
  add("a", 1, {passed("s"), passed("t")});
  EXPECT_THAT(ids(), ElementsAre("a"));
  EXPECT_EQ(history.line("a").passed, 2);
  EXPECT_THAT(history.line("a").tags, IsEmpty());  // marks are read from its folder again
}

TEST_F(HistoryTest, filters_by_day_and_limit) {
  for (int n = 1; n <= 5; ++n) add("r" + std::to_string(n), n, {passed("s")});
  Filter filter;
  filter.since = day(2);
  filter.until = day(4);
  EXPECT_THAT(ids(filter), ElementsAre("r3", "r2"));
  filter = {};
  filter.limit = 2;
  EXPECT_THAT(ids(filter), ElementsAre("r5", "r4"));
}

TEST_F(HistoryTest, filters_by_cells_and_counts_those_alone) {
  add("both", 1, {passed("pin"), failed("logon")});
  add("logon-only", 2, {failed("logon")});
  Filter filter;
  filter.scenario = "pi*";
  const auto runs = history.runs(filter);
  ASSERT_EQ(runs.size(), 1u);
  EXPECT_EQ(runs[0].id, "both");
  EXPECT_EQ(runs[0].cells, 1);
  EXPECT_EQ(runs[0].failed, 0);
  filter.mode = "normal";
  EXPECT_THAT(ids(filter), IsEmpty());
  filter.mode = "safe-*";
  filter.target = "t";
  filter.reader = "r";
  EXPECT_THAT(ids(filter), ElementsAre("both"));
  filter.reader = "another";
  EXPECT_THAT(ids(filter), IsEmpty());
}

TEST_F(HistoryTest, a_limit_counts_runs_that_have_such_a_cell) {
  add("one", 1, {passed("pin")});
  add("two", 2, {passed("logon")});
  Filter filter;
  filter.scenario = "pin";
  filter.limit = 1;
  EXPECT_THAT(ids(filter), ElementsAre("one"));
}

TEST_F(HistoryTest, filters_by_matrix_and_driver) {
  add("one", 1, {passed("s")}, {driver("10.0.1, sha256 ab")});
  add("two", 2, {passed("s")},
      {driver("10.0.2, sha256 cd"), {compare::InputKind::host, "", "qemu", "10.0.1"}});
  Filter filter;
  filter.driver = "10.0.1";
  EXPECT_THAT(ids(filter), ElementsAre("one"));  // qemu is no driver
  filter.driver = "scfilter.sys 10.0.*cd";
  EXPECT_THAT(ids(filter), ElementsAre("two"));
  filter.driver = "nothing";
  EXPECT_THAT(ids(filter), IsEmpty());
  filter = {};
  filter.matrix = "another";
  EXPECT_THAT(ids(filter), IsEmpty());
}

TEST_F(HistoryTest, finds_a_run_by_latest_tag_id_or_its_beginning) {
  add("20261101-120000-aaaa", 1, {});
  add("20261102-120000-bbbb", 2, {});
  history.set_marks("20261101-120000-aaaa", {"release-1"}, false);
  EXPECT_EQ(history.find("latest"), "20261102-120000-bbbb");
  EXPECT_EQ(history.find("release-1"), "20261101-120000-aaaa");
  EXPECT_EQ(history.find("20261102"), "20261102-120000-bbbb");
  EXPECT_THAT([&] { history.find("202611"); }, ThrowsMessage<Error>(HasSubstr("begins 2 runs")));
  EXPECT_THAT([&] { history.find("nothing"); }, ThrowsMessage<Error>(HasSubstr("no run and no tag")));
  EXPECT_THAT([&] { history.find(""); }, ThrowsMessage<Error>(HasSubstr("no run and no tag")));
  EXPECT_THAT([&] { history.find("%"); }, ThrowsMessage<Error>(HasSubstr("no run and no tag")));
}

TEST_F(HistoryTest, an_empty_history_says_how_to_fill_it) {
  EXPECT_THAT([&] { history.find("latest"); }, ThrowsMessage<Error>(HasSubstr("history import")));
  EXPECT_THAT([&] { history.line("x"); }, ThrowsMessage<Error>(HasSubstr("does not know")));
}

TEST_F(HistoryTest, a_tag_belongs_to_one_run) {
  add("a", 1, {});
  add("b", 2, {});
  history.set_marks("a", {"release"}, false);
  history.set_marks("b", {"release"}, true);
  EXPECT_EQ(history.find("release"), "b");
  EXPECT_THAT(history.line("a").tags, IsEmpty());
  EXPECT_TRUE(history.line("b").is_signed);
  EXPECT_THAT([&] { history.set_marks("b", {"latest"}, false); },
              ThrowsMessage<Error>(HasSubstr("not a tag")));
  EXPECT_THAT([&] { history.set_marks("c", {}, false); }, ThrowsMessage<Error>(HasSubstr("does not know")));
}

TEST(Tags, cannot_be_taken_for_something_else) {
  for (const char* good : {"release-4.2", "golden", "v1", "R_1"}) EXPECT_TRUE(is_tag(good)) << good;
  for (const char* bad : {"", "latest", "latest-good", "20261124", "20261124-0930", "20261124-093012-5f3c",
                          "a b", "a/b", "-x", "a\n", "*"})
    EXPECT_FALSE(is_tag(bad)) << bad;
  EXPECT_FALSE(is_tag(std::string(65, 'a')));
}

TEST_F(HistoryTest, tells_a_cells_course) {
  add("r1", 1, {passed("s"), passed("t")});
  add("r2", 2, {passed("t")});
  add("r3", 3, {failed("s")});
  const auto course = history.of_cell(compare::cell_id("s"), {});
  ASSERT_EQ(course.size(), 2u);
  EXPECT_EQ(course[0].run, "r3");
  EXPECT_EQ(course[0].result.cause, "why");
  EXPECT_EQ(course[1].run, "r1");
  Filter newest;
  newest.limit = 1;
  EXPECT_EQ(history.of_cell(compare::cell_id("s"), newest).size(), 1u);
  EXPECT_THAT(history.of_cell(compare::cell_id("never"), {}), IsEmpty());
}

TEST_F(HistoryTest, the_newest_result_of_a_cell_is_of_the_run_that_ran_it) {
  add("r1", 1, {passed("s"), failed("t")});
  add("r2", 2, {failed("s"), compare::result("t", std::nullopt)});
  std::map<std::string, std::string> newest;
  for (const auto& line : history.newest_results("m")) newest[line.result.id.scenario] = line.run;
  EXPECT_EQ(newest, (std::map<std::string, std::string>{{"s", "r2"}, {"t", "r1"}}));
  EXPECT_THAT(history.newest_results("another"), IsEmpty());
}

TEST_F(HistoryTest, flaky_cells_come_with_how_often) {
  auto flaky = passed("s");
  flaky.flaky = true;
  add("r1", 1, {flaky, passed("steady"), passed("flips")});
  add("r2", 2, {passed("s"), passed("steady"), failed("flips")});
  add("r3", 3, {flaky, passed("steady"), passed("flips")});
  const auto lines = history.flaky({});
  ASSERT_EQ(lines.size(), 2u);
  for (const auto& line : lines) {
    EXPECT_EQ(line.runs, 3);
    EXPECT_EQ(line.last, "r3");
  }
  EXPECT_EQ(lines[0].flaky + lines[0].flips, 2);
  EXPECT_EQ(lines[1].flaky + lines[1].flips, 2);
}

TEST_F(HistoryTest, a_change_with_a_cause_is_not_flaky) {
  auto other = failed("s");
  other.input_key = "another driver";
  add("r1", 1, {passed("s"), passed("t")});
  add("r2", 2, {other, compare::result("t", Outcome::blocked)});
  add("r3", 3, {passed("t")});
  EXPECT_THAT(history.flaky({}), IsEmpty());
}

TEST_F(HistoryTest, the_latest_good_run_is_an_earlier_one_of_the_same_matrix) {
  const auto with = [&](const std::string& id, int on_day, auto change) {
    auto run = make(id, on_day, {});
    change(run);
    history.add(run, "");
  };
  with("good", 1, [](auto&) {});
  with("bad", 2, [](auto& run) { run.exit_code = 1; });
  with("interrupted", 3, [](auto& run) { run.end = RunEnd::interrupted; });
  with("other", 4, [](auto& run) { run.matrix = "other"; });
  with("now", 5, [](auto&) {});
  with("later", 6, [](auto&) {});
  EXPECT_EQ(history.latest_good("now"), "good");
  EXPECT_EQ(history.latest_good("later"), "now");
  EXPECT_EQ(history.latest_good("good"), std::nullopt);
}

TEST_F(HistoryTest, tells_the_runs_that_have_the_evidence_of_others) {
  auto carried = passed("s"), older = passed("s");
  carried.from_run = "r2";
  older.from_run = "r1";
  add("r1", 1, {passed("s")});
  add("r2", 2, {passed("s")});
  add("r3", 3, {older});
  add("r4", 4, {carried});
  EXPECT_THAT(history.carried_from(), ElementsAre("r2"));
}

TEST_F(HistoryTest, what_a_pruned_run_showed_stays_known) {
  add("a", 1, {passed("s")});
  history.forget_folder("a");
  EXPECT_TRUE(history.line("a").folder.empty());
  EXPECT_EQ(history.summary("a").cells.size(), 1u);
  history.remove("a");
  EXPECT_THAT(ids(), IsEmpty());
}

}  // namespace
}  // namespace smx::history
