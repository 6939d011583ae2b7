#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/core/model/judgement.h"
#include "harness/core/model/observation.h"
#include "harness/core/time_types.h"
#include "harness/core/types.h"
#include "reports/common/appearance.h"
#include "reports/common/grid.h"
#include "reports/common/report_input.h"

// Sentences and texts that more than one report shows.

namespace smx::compare {
struct CellChange;
}

namespace smx {

/// Guest text as one line (harness/core/text.h) of at most 500 bytes.
std::string one_line(std::string_view text);
/// A line, or a part of one, without what CI systems that read a job's log take for their commands:
/// "##[error]" (GitHub Actions, Azure Pipelines) and "##vso[…]" anywhere in a line, "::error::" (GitHub
/// Actions) at its beginning. A line may be broken before each word, so no word begins with "::".
std::string without_log_commands(std::string line);
/// Cells that need attention, as indices into Plan::cells, the worst first and in report order; with `waived`
/// those that a waiver permits too.
std::vector<std::size_t> attention_cells(const Judgement& judgement, bool waived = false);
/// Changes since the baseline that count (regressed, lost, not waived), of cells that need no attention by
/// their verdict; empty without a baseline.
std::vector<const compare::CellChange*> further_changes(const ReportInput& input);
/// "regressed since 20261124-093012-5f3c: was passed, is failed (no-card)"
std::string change_words(const compare::CellChange& change, const std::string& baseline);
/// "supported (inferred, unconfirmed)", "not-supported (stated)", "supported (confirmed by R. Roe,
/// 2026-11-01)"
std::string expectation_words(const TableMark& expectation);
/// What was predicted of a cell, and whether it was observed: "failed (not-in-safeboot), as observed:
/// CertPropSvc …". `outcome`: of the deciding attempt, if there is one.
std::string prediction_words(const Prediction& prediction, std::optional<Outcome> outcome);
/// How far a scenario is proven on its target: "compiled" is all that can be said before a real Windows ran
/// it. Empty for one that is proven where it runs.
std::string proven_words(const std::string& proven);
/// "broken: it does not pass in normal mode either", "" when none was needed
std::string control_words(ControlStatus control);
/// By what a cell that passed was proven, of a scenario that can be done at its target's screen: "api", and
/// "screen" when that was part of it. Empty for every other cell. `last`: its last attempt, null if none.
std::vector<std::string> proved_by(const Plan& plan, const Cell& cell, const Attempt* last);
/// The same as a sentence.
std::string proved_words(const std::vector<std::string>& proved_by);
/// "Attempt 2, 1.3 s: failed (not-in-safeboot): message", one line.
std::string attempt_words(const Attempt& attempt);
/// The same with "in boot 1", as a line of a list.
std::string attempt_line(const Attempt& attempt);
/// The attempts with their checks, each on its line; evidence by name and hash.
std::string attempts_text(const std::vector<const Attempt*>& attempts);
/// "4.8 s", "2 min 05 s"
std::string duration_words(Milliseconds duration);
/// "2026-11-24 09:30:12 UTC"
std::string time_words(TimePoint time);
std::string_view end_words(RunEnd end);
/// "6. Smart card PIN management", "Own check: Repeated insertion"
std::string row_title(int row, const std::string& words);
/// "row 14", "rows 1, 2", "own check a", "rows 1, 2 and own checks a, b"; in the order given.
std::string rows_words(const std::vector<Grid::Row>& rows);
/// "5 of 16 scenarios covered", "5 of 16 scenarios and 1 of 1 own check covered"
std::string coverage_words(const Coverage& coverage);
/// "5 of 16 scenarios covered; not covered: rows 1, 2, 15 wait for a domain controller; row 14 waits for …".
/// `shown` makes what they wait for fit for the report.
std::string coverage_sentence(const Plan& plan, const std::function<std::string(std::string_view)>& shown);
/// "7 marks used here that no person has confirmed", or "".
std::string unconfirmed_words(const Judgement& judgement);
/// How the whole of a run looks: good only when it was completed and its exit code is 0.
Tone run_tone(const ReportInput& input);
/// ✓, ✗ or ?
std::string_view symbol_of(Tone tone);
/// Whether it can be shown as text.
bool is_text(const Evidence& evidence);
/// "712 bytes", "12.4 KiB"
std::string size_words(std::uint64_t bytes);

}  // namespace smx
