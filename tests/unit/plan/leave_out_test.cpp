#include <gmock/gmock.h>

#include "tests/unit/plan/samples.h"

namespace smx {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class LeaveOut : public testing::Test {
 protected:
  std::set<CellId> only(const std::string& end, const std::set<BootMode>& modes) const {
    std::set<CellId> cells;
    for (const auto& cell : plan.cells)
      if (cell.id.scenario == end && modes.contains(cell.id.mode)) cells.insert(cell.id);
    return cells;
  }
  std::set<CellId> all() const {
    std::set<CellId> cells;
    for (const auto& cell : plan.cells)
      if (cell.not_covered.empty()) cells.insert(cell.id);
    return cells;
  }
  const Plan plan = PlanSample().plan();
};

TEST_F(LeaveOut, takes_cells_out_of_the_plan_and_its_groups) {
  const auto smaller =
      leave_out(plan, only("pin-management", {BootMode::normal, BootMode::safe_networking}), {});
  EXPECT_EQ(smaller.cells.size(), plan.cells.size() - 2);
  EXPECT_LT(smaller.estimate, plan.estimate);
  std::size_t grouped = 0;
  for (const auto& group : smaller.groups) {
    for (const auto i : group.cells) EXPECT_NE(smaller.cells.at(i).id.scenario, "pin-management");
    grouped += group.cells.size();
  }
  EXPECT_EQ(grouped, all().size() - 2);
}

TEST_F(LeaveOut, keeps_the_control_of_what_stays) {
  const auto smaller = leave_out(plan, only("pin-management", {BootMode::normal}), {});
  EXPECT_EQ(smaller.cells, plan.cells);
}

TEST_F(LeaveOut, of_everything_leaves_no_group) {
  const auto nothing = leave_out(plan, all(), {});
  EXPECT_THAT(nothing.groups, IsEmpty());
  for (const auto& cell : nothing.cells) EXPECT_FALSE(cell.not_covered.empty());
}

TEST_F(LeaveOut, of_nothing_changes_nothing) {
  const auto same = leave_out(plan, {}, {});
  EXPECT_EQ(same.cells, plan.cells);
  EXPECT_EQ(same.groups, plan.groups);
}

}  // namespace
}  // namespace smx
