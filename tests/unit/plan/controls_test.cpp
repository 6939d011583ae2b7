#include <algorithm>

#include "tests/unit/plan/samples.h"

namespace smx {
namespace {

std::vector<std::string> added(const Plan& plan) {
  std::vector<std::string> all;
  for (const auto& cell : plan.cells)
    if (cell.added_control) all.push_back(cell.id.str());
  return all;
}

TEST(Controls, are_not_added_where_the_matrix_has_them) {
  const auto plan = PlanSample().plan();
  EXPECT_TRUE(added(plan).empty());
  EXPECT_TRUE(plan.warnings.empty());
}

TEST(Controls, are_added_with_a_warning_where_the_matrix_leaves_out_normal_mode) {
  PlanSample sample;
  sample.matrix.modes = {BootMode::safe_networking, BootMode::safe_minimal};
  const auto plan = sample.plan();
  EXPECT_EQ(added(plan), (std::vector<std::string>{"reference-linux/normal/virtual/pin-management",
                                                   "reference-linux/normal/virtual/ssl-client-authentication",
                                                   "reference-linux/normal/virtual/user-account-control",
                                                   "reference-linux/normal/virtual/certutil-scinfo"}));
  EXPECT_EQ(plan.warnings,
            (std::vector<std::string>{"reference-linux/normal/virtual: 4 controls added, because a "
                                      "failure in a safe mode says nothing without normal mode"}));
}

TEST(Controls, are_added_where_a_pattern_leaves_them_out) {
  PlanSample sample;
  sample.options.only = {"*/safe-networking/*/pin-management"};
  const auto plan = sample.plan();
  EXPECT_EQ(ids(plan.cells),
            (std::vector<std::string>{"reference-linux/normal/virtual/pin-management",
                                      "reference-linux/safe-networking/virtual/pin-management"}));
  EXPECT_TRUE(plan.cells[0].added_control);
  EXPECT_FALSE(plan.cells[1].added_control);
  EXPECT_EQ(plan.warnings.size(), 1u);
  EXPECT_EQ(group_ids(plan), (std::vector<std::string>{"reference-linux/normal/virtual",
                                                       "reference-linux/safe-networking/virtual"}));
}

TEST(Controls, are_added_for_each_reader_by_itself) {
  PlanSample sample;
  sample.matrix.readers.push_back({"usb", ReaderKind::usb_passthrough, "piv"});
  sample.options.only = {"*/virtual/pin-management", "*/safe-networking/usb/pin-management"};
  EXPECT_EQ(added(sample.plan()), (std::vector<std::string>{"reference-linux/normal/usb/pin-management"}));
}

TEST(Controls, stand_where_the_matrix_puts_normal_mode) {
  PlanSample sample;
  sample.matrix.modes = {BootMode::safe_networking, BootMode::normal};
  sample.options.only = {"*/safe-networking/*/pin-management", "*/certutil-scinfo"};
  EXPECT_EQ(ids(sample.plan().cells),
            (std::vector<std::string>{"reference-linux/safe-networking/virtual/pin-management",
                                      "reference-linux/safe-networking/virtual/certutil-scinfo",
                                      "reference-linux/normal/virtual/pin-management",
                                      "reference-linux/normal/virtual/certutil-scinfo"}));
}

TEST(Controls, are_not_needed_by_what_is_not_covered) {
  PlanSample sample;
  sample.matrix.modes = {BootMode::safe_networking};
  const auto plan = sample.plan();
  EXPECT_TRUE(std::none_of(plan.cells.begin(), plan.cells.end(), [](const Cell& cell) {
    return cell.id.mode == BootMode::normal && cell.id.scenario == "domain-logon";
  }));
}

}  // namespace
}  // namespace smx
