#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "harness/core/model/matrix.h"
#include "harness/core/model/plan.h"
#include "harness/core/model/scenario.h"
#include "harness/core/model/support_table.h"
#include "harness/plan/plan_options.h"

// From a matrix to what is to be run. Pure: no files, no clock, no machines.
//
//   target x mode x reader x scenario  ->  cells (report order)  ->  boot groups (run order)
//
// - Cells come in the matrix's order of targets, modes and readers, and in catalogue order of scenarios.
// - A mode that a target's kind does not have (Safe Mode under Wine, a command prompt mode of the reference
//   guest) gives a warning and no cells: nothing can ever be implemented there, so it is not `not covered`
//   either.
// - A cell whose scenario has no implementation for its target is kept with `not_covered` and is in no group.
// - A covered cell in a safe mode needs its twin in normal mode as control. Twins that the matrix or `only`
//   leaves out are added (`added_control`), with one warning line for each target and reader.
// - Groups share target, starting state, mode and reader. Those in normal mode come first, so that controls
//   are known early; within normal and safe modes the longer ones come first, which packs them best.
// - Within a group, what changes nothing comes first, then what changes the card, the guest, the domain.

namespace smx {

/// Throws Error(usage) when `slots` is below 1, when a pattern of `only` matches no cell, or when a target
/// names a support table that is not in `tables` (load_matrix has refused that already).
Plan make_plan(const Matrix& matrix, const Catalogue& catalogue,
               const std::map<std::string, SupportTable>& tables, const PlanOptions& options = {});

/// The plan without some of its cells, grouped anew. A cell in normal mode stays where it is the control of
/// one that stays.
Plan leave_out(Plan plan, const std::set<CellId>& cells, const PlanOptions& options);

}  // namespace smx
