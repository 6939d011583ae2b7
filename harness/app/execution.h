#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "harness/app/judge_arguments.h"
#include "harness/core/cancel.h"
#include "harness/core/model/run_record.h"
#include "harness/journal/journal.h"

namespace smx::app {

/// What `run` and `resume` have in common: how machines are run, and what is said at the end.
struct ExecutionArguments {
  std::string uri;  ///< empty: the run's own, for a new one "qemu:///embed"
  std::string acceleration = "auto";
  std::size_t slots = 0;  ///< 0: default_slots()
  /// Of cards that the matrix names by file: "env:VARIABLE" or "file:PATH".
  std::string card_pin, card_puk, card_admin_key;
  bool json = false;
  std::string baseline;     ///< what the run is compared with at its end; empty: nothing
  bool if_changed = false;  ///< leave out what nothing has changed for
  JudgeArguments judge;
};

/// Runs what `begun` still lacks: completes the record (RunAssembly), ends what dead controllers left, runs,
/// judges, writes the reports into `folder`, prints the result. Returns the exit code. `open_journal` is
/// called once nothing of this host stands in the way any more, so that a run that cannot start leaves no run
/// behind.
int execute(RunRecord begun, const std::filesystem::path& folder, const ExecutionArguments& args,
            const CancelToken& cancel, const std::function<std::unique_ptr<journal::Journal>()>& open_journal,
            bool resumed);

}  // namespace smx::app
