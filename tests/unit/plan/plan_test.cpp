#include "tests/unit/plan/samples.h"

namespace smx {
namespace {

std::string refusal(const PlanSample& sample) {
  try {
    sample.plan();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::usage);
    return error.what();
  }
  ADD_FAILURE() << "nothing was refused";
  return "";
}

TEST(Plan, lists_cells_by_target_mode_reader_and_row) {
  PlanSample sample;
  sample.matrix.readers.push_back({"usb", ReaderKind::usb_passthrough, "piv"});
  sample.matrix.modes = {BootMode::safe_networking, BootMode::normal};
  sample.matrix.scenarios = {"certutil-scinfo", "domain-logon"};
  EXPECT_EQ(
      ids(sample.plan().cells),
      (std::vector<std::string>{
          "reference-linux/safe-networking/virtual/domain-logon",
          "reference-linux/safe-networking/virtual/certutil-scinfo",
          "reference-linux/safe-networking/usb/domain-logon",
          "reference-linux/safe-networking/usb/certutil-scinfo",
          "reference-linux/normal/virtual/domain-logon", "reference-linux/normal/virtual/certutil-scinfo",
          "reference-linux/normal/usb/domain-logon", "reference-linux/normal/usb/certutil-scinfo"}));
}

TEST(Plan, gives_cells_their_row_and_words) {
  const auto plan = PlanSample().plan();
  EXPECT_EQ(plan.cells[1].row, 6);
  EXPECT_EQ(plan.cells[1].words, "Words of pin-management");
}

TEST(Plan, carries_only_what_it_uses) {
  PlanSample sample;
  sample.matrix.scenarios = {"pin-management"};
  const auto plan = sample.plan();
  EXPECT_EQ(plan.catalogue.scenarios.size(), 1u);
  EXPECT_EQ(plan.tables.size(), 1u);
  EXPECT_EQ(plan.tables.count("reference"), 1u);
  EXPECT_EQ(plan.matrix, sample.matrix);
}

TEST(Plan, is_the_same_every_time) {
  const PlanSample sample;
  const auto a = sample.plan(), b = sample.plan();
  EXPECT_EQ(a.cells, b.cells);
  EXPECT_EQ(a.groups, b.groups);
  EXPECT_EQ(a.estimate, b.estimate);
}

TEST(Plan, keeps_what_is_not_covered_out_of_the_groups) {
  const auto plan = PlanSample().plan();
  EXPECT_EQ(plan.cells[0].id.scenario, "domain-logon");
  EXPECT_EQ(plan.cells[0].not_covered, "a domain controller");
  for (const auto& group : plan.groups)
    for (const auto cell : group.cells) EXPECT_EQ(plan.cells[cell].not_covered, "");
}

TEST(Plan, does_not_cover_targets_that_a_scenario_says_nothing_of) {
  PlanSample sample;
  sample.matrix.targets = {{"win7", TargetKind::windows, "win7", ""}};
  const auto plan = sample.plan();
  ASSERT_FALSE(plan.cells.empty());
  for (const auto& cell : plan.cells) EXPECT_EQ(cell.not_covered, "an implementation for windows");
}

TEST(Plan, warns_when_nothing_can_be_run) {
  PlanSample sample;
  sample.matrix.scenarios = {"domain-logon"};
  const auto plan = sample.plan();
  EXPECT_EQ(plan.cells.size(), 2u);
  EXPECT_TRUE(plan.groups.empty());
  EXPECT_EQ(plan.estimate, Milliseconds(0));
  ASSERT_EQ(plan.warnings.size(), 1u);
  EXPECT_EQ(plan.warnings[0].find("nothing can be run"), 0u);
  EXPECT_TRUE(PlanSample().plan().warnings.empty());
}

TEST(Plan, leaves_out_modes_that_a_target_cannot_have) {
  PlanSample sample;
  sample.matrix.targets.push_back({"wine", TargetKind::reference_wine, "wine", ""});
  sample.matrix.modes = {BootMode::normal, BootMode::safe_networking, BootMode::safe_command_prompt};
  const auto plan = sample.plan();
  EXPECT_EQ(plan.cells.size(), 15u);
  for (const auto& cell : plan.cells) {
    EXPECT_NE(cell.id.mode, BootMode::safe_command_prompt);
    EXPECT_TRUE(cell.id.target != "wine" || cell.id.mode == BootMode::normal);
  }
  EXPECT_EQ(
      plan.warnings,
      (std::vector<std::string>{
          "reference-linux: a reference-linux target has no mode safe-command-prompt; its cells are left out",
          "wine: a reference-wine target has no mode safe-networking; its cells are left out",
          "wine: a reference-wine target has no mode safe-command-prompt; its cells are left out"}));
}

TEST(Plan, knows_the_modes_of_each_kind_of_target) {
  EXPECT_TRUE(has_mode(TargetKind::windows, BootMode::safe_command_prompt));
  EXPECT_TRUE(has_mode(TargetKind::reference_linux, BootMode::safe_minimal));
  EXPECT_FALSE(has_mode(TargetKind::reference_linux, BootMode::safe_command_prompt));
  EXPECT_TRUE(has_mode(TargetKind::reference_wine, BootMode::normal));
  EXPECT_FALSE(has_mode(TargetKind::reference_wine, BootMode::safe_networking));
}

TEST(Plan, keeps_only_the_cells_asked_for) {
  PlanSample sample;
  sample.options.only = {"*/normal/*/pin-management", "*/certutil-scinfo"};
  EXPECT_EQ(ids(sample.plan().cells),
            (std::vector<std::string>{"reference-linux/normal/virtual/pin-management",
                                      "reference-linux/normal/virtual/certutil-scinfo",
                                      "reference-linux/safe-networking/virtual/certutil-scinfo"}));
}

TEST(Plan, refuses_a_pattern_that_matches_no_cell) {
  PlanSample sample;
  sample.options.only = {"*/certutil-scinfo", "reference-linux/normal/virtual/pin-managment"};
  EXPECT_EQ(
      refusal(sample),
      "\"reference-linux/normal/virtual/pin-managment\" matches no cell of this matrix; cells are called "
      "target/mode/reader/scenario, such as \"reference-linux/normal/virtual/pin-management\", and * matches "
      "any characters");
  sample.options.only = {"zzz"};
  EXPECT_NE(refusal(sample).find("such as \"reference-linux/normal/virtual/domain-logon\""),
            std::string::npos);
}

TEST(Plan, refuses_to_run_nowhere_and_tables_that_are_not_there) {
  PlanSample sample;
  sample.options.slots = 0;
  EXPECT_NE(refusal(sample).find("give at least 1"), std::string::npos);
  sample.options.slots = 1;
  sample.tables.clear();
  EXPECT_NE(refusal(sample).find("the target reference-linux names the support table reference"),
            std::string::npos);
}

TEST(Policies, cards_of_this_programs_own_on_an_existing_domain_give_a_warning) {
  PlanSample sample;
  sample.matrix.lab.domain.kind = LabKind::external;
  sample.matrix.lab.domain.realm = "CORP.EXAMPLE";
  sample.matrix.lab.domain.user = "jdoe";
  EXPECT_TRUE(sample.plan().warnings.empty()) << "nothing of the matrix needs the domain";
  sample.catalogue.scenarios[0].needs = {"domain-controller"};
  const auto warnings = sample.plan().warnings;
  ASSERT_EQ(warnings.size(), 1u);
  EXPECT_EQ(
      warnings[0],
      "the domain CORP.EXAMPLE has to log on cards that this program issues for each run (piv); it does "
      "so only if it trusts this program's own authority for jdoe@CORP.EXAMPLE");
  sample.matrix.readers[0].kind = ReaderKind::pcsc_relay;
  EXPECT_TRUE(sample.plan().warnings.empty()) << "a card of the domain's";
  sample.matrix.readers[0].kind = ReaderKind::virtual_reader;
  sample.matrix.lab = {};
  EXPECT_TRUE(sample.plan().warnings.empty()) << "the run's own lab knows them";
}

TEST(Policies, off_for_a_target_whose_cards_need_plug_and_play_gives_a_warning) {
  PlanSample sample;
  EXPECT_TRUE(sample.plan().warnings.empty());
  sample.matrix.targets[0].smart_card_plug_and_play = false;
  auto warnings = sample.plan().warnings;
  ASSERT_EQ(warnings.size(), 1u);
  EXPECT_NE(warnings[0].find("all of which need one"), std::string::npos) << warnings[0];

  Card other;
  other.id = "vendor";
  other.solution = CardSolution::custom_csp;
  sample.matrix.cards.push_back(other);
  sample.matrix.readers.push_back({"second", ReaderKind::virtual_reader, "vendor"});
  warnings = sample.plan().warnings;
  ASSERT_EQ(warnings.size(), 1u);
  EXPECT_NE(warnings[0].find("mixes cards that need it (piv) with cards that do not (vendor)"),
            std::string::npos)
      << warnings[0];

  sample.matrix.readers.erase(sample.matrix.readers.begin());
  EXPECT_TRUE(sample.plan().warnings.empty()) << "nothing in a reader needs it";
}

}  // namespace
}  // namespace smx
