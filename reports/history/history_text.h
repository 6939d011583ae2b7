#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "harness/core/model/plan.h"
#include "harness/history/history.h"

// How the history is shown.

namespace smx {

/// One line a run: id, when, exit code, counts, tags, headline.
std::string runs_text(const std::vector<history::RunLine>& runs);
/// A run: what it was, what it depended on, and the cells that were not as they should be.
std::string run_text(const history::RunLine& line, const compare::RunSummary& run);
/// A cell in one run after another, with what differed where its outcome changed. `history` is asked for
/// that.
std::string cell_text(const history::History& history, const CellId& cell,
                      const std::vector<history::CellLine>& lines);
/// The attempts at a cell in one run, with every check and where the evidence is.
std::string cell_attempts_text(const history::RunLine& run, const CellId& cell,
                               const std::vector<Attempt>& attempts);
std::string flaky_text(const std::vector<history::FlakyLine>& lines);

nlohmann::json to_json(const history::RunLine& line);
nlohmann::json to_json(const history::CellLine& line);
nlohmann::json to_json(const history::FlakyLine& line);

}  // namespace smx
