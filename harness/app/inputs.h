#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "harness/core/model/plan.h"
#include "harness/core/model/scenario.h"
#include "harness/core/model/support_table.h"
#include "harness/core/time_types.h"

namespace smx::app {

/// What every command that plans starts from.
struct Inputs {
  Catalogue catalogue;
  std::map<std::string, SupportTable> tables;
};

/// The installed catalogue. Throws Error(usage) with every problem of its files.
Catalogue installed_catalogue();

/// The installed catalogue, and the installed support tables with those in `extra` (files; their ids win).
Inputs load_inputs(const std::vector<std::filesystem::path>& extra_tables);

/// A matrix named as a file, or as one of the installed ones ("reference").
std::filesystem::path find_matrix(const std::string& name);

/// A support table named as a file, or by its id among the installed ones.
std::filesystem::path find_table(const std::string& name);

/// What `plan` and `run` both ask for.
struct PlanArguments {
  std::string matrix = "reference";
  std::vector<std::string> only;
  std::vector<std::filesystem::path> tables;
  std::size_t slots = 0;  ///< 0: what this host can carry
  int attempts = 0;       ///< 0: the matrix's own
};

/// Loads everything that a plan needs, and plans. Throws Error(usage) with every problem of the files.
Plan plan_matrix(const PlanArguments& arguments);

/// "2026-11-24" or a full ISO 8601 time, for `--as-of`. Throws Error(usage).
TimePoint parse_as_of(const std::string& text);

}  // namespace smx::app
