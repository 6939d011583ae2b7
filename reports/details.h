#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "reports/grid.h"
#include "reports/report_input.h"

// Sentences and texts that more than one report shows.

namespace smx {

/// "supported (inferred, unconfirmed)", "not-supported (stated)", "supported (confirmed by R. Roe,
/// 2026-11-01)"
std::string expectation_words(const TableMark& expectation);
/// "control passed", "control broken: the same scenario failed in normal mode", "" when none was needed
/// What was predicted of a cell, and whether it was observed: "failed (not-in-safeboot), as observed:
/// CertPropSvc …". `outcome`: of the deciding attempt, if there is one.
std::string prediction_words(const Prediction& prediction, std::optional<Outcome> outcome);
/// How far a scenario is proven on its target: "compiled" is all that can be said before a real Windows ran
/// it. Empty for one that is proven where it runs.
std::string proven_words(const std::string& proven);
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
/// "5 of 16 scenarios covered"
std::string coverage_words(const Coverage& coverage);
/// Whether it can be shown as text.
bool is_text(const Evidence& evidence);
/// "712 bytes", "12.4 KiB"
std::string size_words(std::uint64_t bytes);

}  // namespace smx
