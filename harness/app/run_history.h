#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "harness/core/model/judgement.h"
#include "harness/core/model/run_record.h"
#include "harness/history/history.h"

namespace smx::app {

/// $XDG_STATE_HOME/safemode-matrix/history.db
std::filesystem::path history_file();

/// This user's history, with every run of the store in it that no controller holds: what a crash left out is
/// taken in now. A run that cannot be read is named on stderr and left out.
std::unique_ptr<history::History> open_history();

/// Takes in the run of this folder, with its marks, judged as `report` would. Throws Error(usage) when it is
/// none. Returns its id.
std::string import_run(history::History& history, const std::filesystem::path& folder);
/// The same of a run that was just judged.
void import_run(history::History& history, const std::filesystem::path& folder, const RunRecord& record,
                const Judgement& judgement);

/// What every command that looks into the history can be told.
struct FilterArguments {
  history::Filter filter;
  std::string since, until;
  /// With the days parsed. Throws Error(usage).
  history::Filter parsed() const;
};

}  // namespace smx::app
