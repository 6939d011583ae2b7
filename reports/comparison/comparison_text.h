#pragma once

#include <string>

#include "harness/compare/compare.h"
#include "reports/terminal/style.h"

namespace smx {

/// A comparison for a terminal: what changed, the worst first and at most 20 cells, each with what differs
/// (the most suspicious first), since when, and where the evidence begins to differ; then the counts and the
/// headline.
std::string comparison_text(const compare::Comparison& comparison, const TerminalStyle& style);

/// "1 regressed, 2 lost, 40 same"
std::string counts_words(const compare::Comparison& comparison);
/// Of its exit code.
Tone comparison_tone(int exit_code);
/// How a class of changes looks: its symbols and tone.
Appearance appearance(compare::Change change);

}  // namespace smx
