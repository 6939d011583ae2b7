#include "harness/app/execution.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>

#include "harness/app/card_secrets.h"
#include "harness/app/preflight.h"
#include "harness/app/run_assembly.h"
#include "harness/app/run_comparison.h"
#include "harness/app/run_history.h"
#include "harness/app/run_store.h"
#include "harness/app/slots.h"
#include "harness/app/unchanged_cells.h"
#include "harness/core/clock.h"
#include "harness/core/error.h"
#include "harness/core/files.h"
#include "harness/core/model/model_json.h"
#include "harness/journal/run_marks.h"
#include "harness/run/engine.h"
#include "reports/common/evidence_folder.h"
#include "reports/comparison/comparison_text.h"
#include "reports/files/report_files.h"
#include "reports/json/json_report.h"
#include "reports/terminal/plain.h"
#include "reports/terminal/progress.h"
#include "reports/terminal/summary.h"

namespace smx::app {
namespace {

namespace fs = std::filesystem;

/// Overlays of a few boots and some evidence; a run that fills the disk on the way ends with a clear error
/// too.
constexpr std::uintmax_t kNeededSpace = 256u << 20;

void check_space(const fs::path& folder) {
  std::error_code error;
  const auto space = fs::space(folder, error);
  if (!error && space.available < kNeededSpace)
    throw Error(
        ErrorKind::environment,
        fmt::format("{} has {} MiB left and a run needs {}; free some, or set XDG_STATE_HOME to another disk",
                    folder.string(), space.available >> 20, kNeededSpace >> 20));
}

void make_folder(const fs::path& folder) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) throw Error(ErrorKind::environment, folder.string() + " cannot be made: " + error.message());
}

void print_result(const ReportInput& input, const fs::path& folder, bool json) {
  if (json) {
    std::cout << json_report(input);
  } else {
    std::cout << terminal_summary(input, style_of(STDOUT_FILENO), (folder / "report.html").string());
    if (input.comparison) std::cout << "\n" << comparison_text(*input.comparison, style_of(STDOUT_FILENO));
  }
  std::cout.flush();
}

bool has_cells_to_run(const Plan& plan) {
  return std::any_of(plan.cells.begin(), plan.cells.end(),
                     [](const Cell& cell) { return cell.not_covered.empty(); });
}

void print_nothing_to_run(const RunInfo& info, bool json) {
  if (json)
    std::cout
        << nlohmann::json{{"format", 1}, {"run", nullptr}, {"unchanged", to_json(info)["unchanged"]}}.dump(2)
        << "\n";
  else
    std::cout << "nothing to run: " << unchanged_words(info.unchanged) << "\n";
}

struct Remembered {
  std::optional<compare::Comparison> comparison;
  int exit_code = 0;     ///< of the comparison, or of why there is none
  bool indexed = false;  ///< the run is in the history
};

/// Trouble with the index: what was run must be told, whatever becomes of it. Returns the exit code of the
/// trouble.
int say_trouble(const char* what, const Error& e) {
  if (e.kind() == ErrorKind::internal) throw;  // called while it is handled
  std::cerr << what << e.what() << "\n";
  return exit_code_of(e.kind());
}

/// The run in the history, and compared with its baseline when one is named; then trouble counts.
Remembered remember(const RunRecord& record, const Judgement& judgement, const fs::path& folder,
                    const std::string& baseline) {
  Remembered remembered;
  try {
    const auto history = open_history();
    import_run(*history, folder, record, judgement);
    remembered.indexed = true;
    if (!baseline.empty()) remembered.comparison = compare_with(*history, baseline, record.info.id);
    if (remembered.comparison) remembered.exit_code = remembered.comparison->exit_code;
  } catch (const Error& e) {
    const bool compared = !baseline.empty();
    const int code =
        say_trouble(compared ? "the run was not compared: " : "the run is not in the history: ", e);
    if (compared) remembered.exit_code = code;
  }
  return remembered;
}

/// Kept in the run's folder: else tomorrow's latest-good could be a run that regressed.
void record_exit_code(const RunRecord& record, const Judgement& judgement, const fs::path& folder,
                      int exit_code, bool indexed) {
  try {
    journal::mark_exit_code(folder, exit_code);
    if (indexed) import_run(*open_history(), folder, record, judgement);
  } catch (const Error& e) {
    say_trouble("the run's exit code is not in the history: ", e);
  }
}

}  // namespace

int execute(RunRecord begun, const fs::path& folder, const ExecutionArguments& args,
            const CancelToken& cancel, const std::function<std::unique_ptr<journal::Journal>()>& open_journal,
            bool resumed) {
  // Hours before it is needed: a name that is not a run should not cost a night, and "latest" is this run by
  // then.
  auto baseline = args.baseline;
  if (!baseline.empty() && baseline != "latest-good") baseline = open_history()->find(baseline);
  check_readers_and_cards(begun.plan);
  check_lab(begun.plan);
  make_folder(state_home() / "runs");
  check_space(state_home());
  AssemblyOptions options{
      args.uri,
      args.acceleration,
      card_secrets(begun.plan, {args.card_pin, args.card_puk, args.card_admin_key}, cancel),
      args.judge,
      args.slots != 0 ? args.slots : default_slots(),
      args.if_changed};
  RunAssembly assembly(std::move(begun), folder, options, cancel);
  auto& record = assembly.record();
  if (args.if_changed && !has_cells_to_run(record.plan)) {
    print_nothing_to_run(record.info, args.json);
    return 0;
  }
  for (const auto& done : assembly.restore_cards()) std::cerr << done << "\n";
  const auto journal = open_journal();
  for (const auto& name : assembly.clean_up(run_store()))
    std::cerr << "ended what a dead controller left: " << name << "\n";

  std::ofstream log(folder / "run.log", std::ios::app);
  PlainProgress log_lines(log);
  EvidenceFolder evidence(folder / "evidence");
  const auto progress = make_progress(std::cerr, STDERR_FILENO);
  const auto judgement =
      run::run_plan(record, assembly.resources(), {journal.get(), &log_lines, progress.get()}, cancel,
                    resumed, [&](const RunRecord& r) { return verdict::judge(r, assembly.judge_with()); });
  const auto remembered = remember(record, judgement, folder, baseline);
  const auto& comparison = remembered.comparison;
  const int exit_code = worse_exit_code(judgement.exit_code, remembered.exit_code);
  record_exit_code(record, judgement, folder, exit_code, remembered.indexed);
  const ReportInput input{record, judgement, evidence, comparison ? &*comparison : nullptr};
  write_report_files(input, folder);
  print_result(input, folder, args.json);
  if (record.end == RunEnd::interrupted)
    std::cerr << "interrupted; `safemode-matrix resume " << record.info.id << "` runs the rest\n";
  return exit_code;
}

}  // namespace smx::app
