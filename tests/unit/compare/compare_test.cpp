#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "harness/compare/compare_json.h"
#include "tests/unit/compare/results.h"

namespace smx::compare {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

Input driver(const std::string& value, const std::string& target = "t") {
  return {InputKind::driver, "target " + target, "scfilter.sys", value};
}

std::vector<std::string> names_of(const Comparison& comparison, const CellChange& change) {
  std::vector<std::string> names;
  for (const auto i : change.suspects) names.push_back(comparison.differences.at(i).name);
  return names;
}

TEST(Compare, runs_that_are_alike_have_nothing_to_show) {
  const auto a = run("a", {result("s", Outcome::passed)}, {driver("1")});
  const auto comparison = compare(a, a);
  EXPECT_THAT(comparison.cells, IsEmpty());
  EXPECT_THAT(comparison.differences, IsEmpty());
  EXPECT_EQ(comparison.counts.at(Change::same), 1);
  EXPECT_EQ(comparison.exit_code, 0);
  EXPECT_EQ(comparison.headline, "nothing changed since a: 1 cell the same");
}

TEST(Compare, the_worst_comes_first) {
  const auto was = run("a", {result("fixed", Outcome::failed), result("gone", Outcome::passed),
                             result("lost", Outcome::passed), result("worse", Outcome::passed)});
  const auto is =
      run("b", {result("fixed", Outcome::passed), result("lost", Outcome::blocked, "infrastructure"),
                result("new", Outcome::passed), result("worse", Outcome::failed, "no-card")});
  const auto comparison = compare(was, is);
  std::vector<std::string> order;
  for (const auto& cell : comparison.cells) order.push_back(cell.cell.scenario);
  EXPECT_THAT(order, ElementsAre("worse", "lost", "gone", "fixed", "new"));
  EXPECT_EQ(comparison.exit_code, 1);
  EXPECT_EQ(comparison.cells[0].was, "passed");
  EXPECT_EQ(comparison.cells[0].is, "failed (no-card)");
  EXPECT_THAT(comparison.headline,
              HasSubstr("t/safe-networking/r/worse regressed since a: failed (no-card), was passed"));
}

TEST(Compare, what_was_lost_is_not_the_same) {
  const auto comparison =
      compare(run("a", {result("s", Outcome::passed)}), run("b", {result("s", std::nullopt)}));
  EXPECT_EQ(comparison.exit_code, 4);
  EXPECT_EQ(comparison.cells[0].change, Change::lost);
  EXPECT_EQ(comparison.cells[0].is, "not run");
}

TEST(Compare, what_a_waiver_permits_is_told_and_counts_nowhere) {
  auto waived = result("s", Outcome::failed);
  waived.verdict = Verdict::waived;
  const auto comparison = compare(run("a", {result("s", Outcome::passed)}), run("b", {waived}));
  EXPECT_EQ(comparison.exit_code, 0);
  ASSERT_EQ(comparison.cells.size(), 1u);
  EXPECT_EQ(comparison.cells[0].change, Change::regressed);
  EXPECT_TRUE(comparison.cells[0].waived);
  EXPECT_EQ(comparison.headline, "nothing regressed since a that is not waived: 1 regressed");
}

TEST(Compare, a_carried_failure_is_the_same) {
  auto carried = result("s", Outcome::failed, "not-in-safeboot", Mark::not_supported);
  carried.from_run = "a";
  const auto comparison = compare(
      run("a", {result("s", Outcome::failed, "not-in-safeboot", Mark::not_supported)}), run("b", {carried}));
  EXPECT_EQ(comparison.counts.at(Change::same), 1);
}

TEST(Compare, the_most_suspicious_difference_comes_first) {
  const auto was = run("a", {result("s", Outcome::passed)},
                       {{InputKind::host, "", "qemu", "7"},
                        {InputKind::image, "target t", "image", "i1"},
                        {InputKind::policy, "target t", "CertPropEnabled", "1"},
                        driver("10.0.1")});
  const auto is = run(
      "b", {result("s", Outcome::failed)},
      {{InputKind::host, "", "qemu", "8"}, {InputKind::image, "target t", "image", "i2"}, driver("10.0.2")});
  const auto comparison = compare(was, is);
  ASSERT_EQ(comparison.cells.size(), 1u);
  EXPECT_THAT(names_of(comparison, comparison.cells[0]),
              ElementsAre("scfilter.sys", "CertPropEnabled", "image", "qemu"));
  EXPECT_EQ(comparison.differences[0].was, "10.0.1");
  EXPECT_EQ(comparison.differences[0].is, "10.0.2");
  EXPECT_EQ(comparison.differences[1].is, "");
  EXPECT_THAT(comparison.headline, HasSubstr("differs: driver scfilter.sys"));
}

TEST(Compare, only_what_concerns_a_cell_is_suspected) {
  const auto inputs = [](const std::string& value) {
    return std::vector<Input>{driver(value, "another"),
                              {InputKind::reader, "reader another", "kind", value},
                              {InputKind::harness, "scenario another", "definition", value},
                              {InputKind::driver, "boot t/normal", "x.sys", value},
                              {InputKind::driver, "boot t/safe-networking", "y.sys", value}};
  };
  const auto comparison = compare(run("a", {result("s", Outcome::passed)}, inputs("1")),
                                  run("b", {result("s", Outcome::failed)}, inputs("2")));
  EXPECT_THAT(names_of(comparison, comparison.cells[0]), ElementsAre("y.sys"));
  EXPECT_EQ(comparison.differences.size(), 5u);
}

TEST(Compare, says_when_nothing_that_is_known_differs) {
  const auto comparison =
      compare(run("a", {result("s", Outcome::passed)}), run("b", {result("s", Outcome::failed)}));
  EXPECT_THAT(comparison.headline, HasSubstr("nothing that is known of differs"));
}

TEST(Compare, has_a_json_form) {
  auto comparison = compare(run("a", {result("s", Outcome::passed)}, {driver("1")}),
                            run("b", {result("s", Outcome::failed)}, {driver("2")}));
  comparison.cells[0].last_good = "a";
  comparison.cells[0].divergences = {{"check one", "passed", "failed"}};
  const auto j = to_json(comparison);
  EXPECT_EQ(j["format"], 1);
  EXPECT_EQ(j["counts"]["regressed"], 1);
  EXPECT_EQ(j["cells"][0]["suspects"][0]["name"], "scfilter.sys");
  EXPECT_EQ(j["cells"][0]["divergences"][0]["where"], "check one");
  EXPECT_EQ(j["cells"][0]["last_good"], "a");
}

}  // namespace
}  // namespace smx::compare
