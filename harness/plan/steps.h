#pragma once

#include "harness/core/model/plan.h"
#include "harness/core/model/scenario.h"
#include "harness/plan/plan_options.h"

// The steps of make_plan, in their order. Each adds to the plan and to its warnings.

namespace smx::plan_steps {

/// Every cell that the matrix asks for.
void add_cells(Plan& plan);

/// Leaves only the cells that match a pattern; none: all. Throws Error(usage) for a pattern that matches
/// none.
void keep_only(Plan& plan, const std::vector<std::string>& only);

/// Adds the missing controls; the cells stay in report order, normal mode first where it was added.
void add_controls(Plan& plan);

/// Warns where Plug and Play for smart cards is turned off for a target whose cards need it and others do
/// not.
void warn_of_policies(Plan& plan);

/// Warns where cards of this program's own authority are to log on to an existing domain.
void warn_of_foreign_cards(Plan& plan);

/// Makes the groups of the covered cells and the estimate.
void add_groups(Plan& plan, const PlanOptions& options);

/// The cell as the catalogue describes it for this target.
Cell make_cell(const CellId& id, const Scenario& scenario, TargetKind kind);

}  // namespace smx::plan_steps
