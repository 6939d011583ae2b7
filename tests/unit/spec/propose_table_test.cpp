#include <gtest/gtest.h>

#include "harness/spec/support_tables.h"
#include "tests/unit/spec/spec_files.h"

namespace smx::spec {
namespace {

/// A run over the small catalogue, two readers, to which tests add attempts.
class Proposal : public testing::Test {
 protected:
  Proposal() {
    run_.info.id = "R1";
    run_.plan.catalogue = small_catalogue();
    for (const auto mode : {BootMode::normal, BootMode::safe_networking})
      for (const auto* reader : {"r1", "r2"})
        for (const auto& scenario : run_.plan.catalogue.scenarios) {
          Cell cell;
          cell.id = {"win11", mode, reader, scenario.id};
          run_.plan.cells.push_back(cell);
        }
  }
  void attempt(BootMode mode, const std::string& reader, Outcome outcome, int number = 1) {
    Attempt attempt;
    attempt.cell = {"win11", mode, reader, "pin-management"};
    attempt.number = number;
    attempt.observation.outcome = outcome;
    run_.attempts.push_back(attempt);
  }
  TableMark proposed() {
    return propose_table(run_, "Jane", "win11").mark("pin-management", BootMode::safe_networking);
  }
  RunRecord run_;
};

TEST_F(Proposal, marks_what_always_passed_as_supported) {
  attempt(BootMode::safe_networking, "r1", Outcome::passed);
  attempt(BootMode::safe_networking, "r2", Outcome::passed);
  EXPECT_EQ(proposed(),
            (TableMark{Mark::supported, MarkSource::inferred, "observed in run R1: passed in 2 cells", {}}));
}

TEST_F(Proposal, marks_what_failed_against_a_good_control_as_not_supported) {
  attempt(BootMode::normal, "r1", Outcome::passed);
  attempt(BootMode::safe_networking, "r1", Outcome::failed);
  EXPECT_EQ(proposed().mark, Mark::not_supported);
  EXPECT_EQ(proposed().why, "observed in run R1: failed in 1 cell whose control passed");
}

TEST_F(Proposal, concludes_nothing_from_a_failure_without_a_good_control) {
  attempt(BootMode::safe_networking, "r1", Outcome::failed);
  EXPECT_EQ(proposed().mark, Mark::unknown);
  attempt(BootMode::normal, "r1", Outcome::failed, 1);
  attempt(BootMode::normal, "r1", Outcome::passed, 2);
  EXPECT_EQ(proposed().mark, Mark::unknown);
  EXPECT_EQ(proposed().why, "observed in run R1: 0 passed, 0 failed, 1 unclear, 0 not applicable");
}

TEST_F(Proposal, concludes_nothing_from_readers_that_differ_or_from_luck) {
  attempt(BootMode::normal, "r2", Outcome::passed);
  attempt(BootMode::safe_networking, "r1", Outcome::passed);
  attempt(BootMode::safe_networking, "r2", Outcome::failed);
  EXPECT_EQ(proposed().mark, Mark::unknown);
  run_.attempts.clear();
  attempt(BootMode::safe_networking, "r1", Outcome::failed, 1);
  attempt(BootMode::safe_networking, "r1", Outcome::passed, 2);
  EXPECT_EQ(proposed().mark, Mark::unknown);
  run_.attempts.clear();
  attempt(BootMode::normal, "r1", Outcome::passed);
  attempt(BootMode::safe_networking, "r1", Outcome::guest_crashed);
  EXPECT_EQ(proposed().mark, Mark::unknown);
}

TEST_F(Proposal, leaves_out_readers_that_cannot_have_it) {
  attempt(BootMode::safe_networking, "r1", Outcome::passed);
  attempt(BootMode::safe_networking, "r2", Outcome::not_applicable);
  EXPECT_EQ(proposed().mark, Mark::supported);
  run_.attempts.erase(run_.attempts.begin());
  EXPECT_EQ(proposed().mark, Mark::unknown);
}

TEST_F(Proposal, has_every_row_says_whose_it_is_and_can_be_read_again) {
  attempt(BootMode::safe_networking, "r1", Outcome::passed);
  auto table = propose_table(run_, "Jane", "win11");
  EXPECT_EQ(table.document, "Proposed from run R1, to be reviewed by Jane");
  EXPECT_EQ(table.applies_to, (std::vector<std::string>{"win11"}));
  ASSERT_EQ(table.rows.size(), 3u);
  EXPECT_EQ(table.rows[0].marks.at(BootMode::safe_networking).why, "not observed in run R1");
  Files files;
  EXPECT_EQ(load_support_table(files.write("win11.json", support_table_text(table))), table);
}

TEST_F(Proposal, has_own_checks_without_a_row_number) {
  auto& own = run_.plan.catalogue.scenarios.emplace_back();
  own.id = "own";
  own.words = "Own words";
  attempt(BootMode::safe_networking, "r1", Outcome::passed);
  const auto table = propose_table(run_, "Jane", "win11");
  EXPECT_EQ(table.rows.back().scenario, "own");
  EXPECT_EQ(support_table_text(table).find("\"row\": 0"), std::string::npos);
  Files files;
  EXPECT_EQ(load_support_table(files.write("win11.json", support_table_text(table))), table);
}

TEST_F(Proposal, is_refused_without_owner_id_or_safe_mode) {
  EXPECT_NE(refusal([&] { propose_table(run_, "Jane", "win11"); }).find("no attempt in a safe mode"),
            std::string::npos);
  attempt(BootMode::safe_networking, "r1", Outcome::passed);
  EXPECT_NE(refusal([&] { propose_table(run_, "", "win11"); }).find("--owner"), std::string::npos);
  EXPECT_NE(refusal([&] { propose_table(run_, "Jane", "Win 11"); }).find("\"Win 11\" is no id"),
            std::string::npos);
  EXPECT_NE(refusal([&] { propose_table(run_, "Jane", "../x"); }).find("is no id"), std::string::npos);
}

}  // namespace
}  // namespace smx::spec
