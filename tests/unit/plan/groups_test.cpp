#include <set>

#include "tests/unit/plan/samples.h"

namespace smx {
namespace {

TEST(Plan, groups_cells_that_share_a_boot) {
  PlanSample sample;
  sample.matrix.readers.push_back({"usb", ReaderKind::usb_passthrough, "piv"});
  const auto plan = sample.plan();
  EXPECT_EQ(group_ids(plan),
            (std::vector<std::string>{"reference-linux/normal/virtual", "reference-linux/normal/usb",
                                      "reference-linux/safe-networking/virtual",
                                      "reference-linux/safe-networking/usb"}));
  std::set<std::size_t> grouped;
  for (const auto& group : plan.groups)
    for (const auto index : group.cells) {
      const auto& cell = plan.cells[index];
      EXPECT_EQ(cell.id.target, group.target);
      EXPECT_EQ(cell.id.mode, group.mode);
      EXPECT_EQ(cell.id.reader, group.reader);
      EXPECT_TRUE(grouped.insert(index).second) << "a cell in two groups";
    }
  EXPECT_EQ(grouped.size(), 16u);
}

TEST(Plan, groups_joined_machines_by_themselves) {
  PlanSample sample;
  sample.add("join", 15, "join", Changes::nothing, StartState::joined);
  const auto plan = sample.plan();
  const auto all = group_ids(plan);
  EXPECT_EQ(std::set<std::string>(all.begin(), all.end()),
            (std::set<std::string>{"reference-linux/normal/virtual", "reference-linux/normal/virtual/joined",
                                   "reference-linux/safe-networking/virtual",
                                   "reference-linux/safe-networking/virtual/joined"}));
  for (const auto& group : plan.groups)
    EXPECT_EQ(group.state == StartState::joined, group.id.ends_with("/joined"));
}

TEST(Plan, runs_first_what_changes_nothing_then_card_then_guest) {
  const auto plan = PlanSample().plan();
  EXPECT_EQ(scenarios_of(plan, plan.groups.at(0)),
            (std::vector<std::string>{"ssl-client-authentication", "certutil-scinfo", "pin-management",
                                      "user-account-control"}));
}

TEST(Plan, runs_what_changes_the_domain_last) {
  PlanSample sample;
  sample.add("join", 14, "join", Changes::domain);
  sample.add("enroll", 15, "enroll", Changes::card);
  const auto plan = sample.plan();
  EXPECT_EQ(scenarios_of(plan, plan.groups.at(0)).back(), "join");
}

TEST(Plan, boots_controls_first_and_long_groups_before_short_ones) {
  PlanSample sample;
  sample.matrix.modes = {BootMode::safe_minimal, BootMode::safe_networking, BootMode::normal};
  sample.options.only = {"*/safe-networking/*", "*/safe-minimal/*/pin-management", "*/normal/*"};
  EXPECT_EQ(group_ids(sample.plan()), (std::vector<std::string>{"reference-linux/normal/virtual",
                                                                "reference-linux/safe-networking/virtual",
                                                                "reference-linux/safe-minimal/virtual"}));
}

class Estimate : public testing::Test {
 protected:
  Estimate() {
    sample_.options.boot_estimate = {{TargetKind::reference_linux, Milliseconds(10000)}};
    sample_.options.scenario_estimate = Milliseconds(1000);
    sample_.matrix.scenarios = {"pin-management", "certutil-scinfo"};
    sample_.matrix.modes = {BootMode::normal, BootMode::safe_networking, BootMode::safe_minimal};
  }
  Milliseconds with(int slots) {
    sample_.options.slots = slots;
    return sample_.plan().estimate;
  }
  PlanSample sample_;
};

TEST_F(Estimate, is_the_sum_on_one_slot) {
  EXPECT_EQ(with(1), Milliseconds(36000));
}

TEST_F(Estimate, packs_groups_over_the_slots) {
  EXPECT_EQ(with(2), Milliseconds(24000));
  EXPECT_EQ(with(3), Milliseconds(12000));
}

TEST_F(Estimate, gains_nothing_from_slots_without_a_group) {
  EXPECT_EQ(with(4), Milliseconds(12000));
  EXPECT_EQ(with(2000000000), Milliseconds(12000));
}

TEST_F(Estimate, puts_the_longest_group_first) {
  // 13, 11, 11 and 11 seconds: the long one shares its slot with one of the others.
  sample_.matrix.scenarios = {"pin-management", "certutil-scinfo", "ssl-client-authentication"};
  sample_.matrix.readers.push_back({"usb", ReaderKind::usb_passthrough, "piv"});
  sample_.matrix.modes = {BootMode::normal, BootMode::safe_networking};
  sample_.options.only = {"*/normal/virtual/*", "*/normal/usb/pin-management",
                          "*/safe-networking/*/pin-management"};
  EXPECT_EQ(with(2), Milliseconds(24000));
}

TEST_F(Estimate, boots_again_behind_what_changes_the_guest) {
  sample_.matrix.modes = {BootMode::normal};
  sample_.add("guest-a", 14, "a", Changes::guest);
  EXPECT_EQ(with(1), Milliseconds(13000));  // the last of its group leaves nothing to boot for
  sample_.add("guest-b", 15, "b", Changes::guest);
  EXPECT_EQ(with(1), Milliseconds(24000));
}

}  // namespace
}  // namespace smx
