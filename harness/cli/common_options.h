#pragma once

#include "harness/app/execution.h"
#include "harness/app/judge_arguments.h"
#include "harness/app/run_history.h"

// Options that several commands have.

namespace CLI {
class App;
}

namespace smx::cli {

/// Of `run` and `resume`.
void add_execution_options(CLI::App& command, app::ExecutionArguments& args);

/// Of every command that judges a run.
void add_judge_options(CLI::App& command, app::JudgeArguments& args);

/// Of every command that looks into the history. `limit`: the default of --limit.
void add_filter_options(CLI::App& command, app::FilterArguments& args, std::size_t limit);

}  // namespace smx::cli
