#pragma once

#include <optional>
#include <string>

#include "harness/compare/compare.h"
#include "harness/history/history.h"

namespace smx::app {

/// The run that `name` means as a baseline of `run`: "latest-good", a tag, an id or the beginning of one.
/// Nothing: "latest-good", and there is none yet. Throws Error(usage).
std::optional<std::string> find_baseline(const history::History& history, const std::string& name,
                                         const std::string& run);

/// The comparison, with what history and evidence add to it: since when, and where the evidence of the worst
/// cells begins to differ, as far as the runs' folders are there.
compare::Comparison compare_runs(const history::History& history, const std::string& baseline,
                                 const std::string& run);

/// Both in one: nothing, with a word on stderr, where there is no baseline yet.
std::optional<compare::Comparison> compare_with(const history::History& history, const std::string& baseline,
                                                const std::string& run);

/// The first that applies of two exit codes, in the order that `--help` tells.
int worse_exit_code(int a, int b);

}  // namespace smx::app
