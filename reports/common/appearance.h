#pragma once

#include <string_view>

#include "harness/core/model/judgement.h"
#include "harness/core/types.h"

// How verdicts and outcomes look. Colour never stands alone: each verdict has a symbol of its own, and an
// ASCII letter for terminals without UTF-8.
//
//   verdict               symbol  ascii  tone
//   conforms              ✓       =      good
//   control-ok            ●       o      good
//   works-unsupported     +       +      good
//   observed              ○       *      neutral
//   deviates              ✗       X      bad
//   control-broken        !       !      bad
//   deviates-unconfirmed  ≠       #      caution
//   inconclusive          ?       ?      caution
//   waived                w       w      caution
//   not-applicable        –       -      neutral
//   not-covered           ·       .      neutral

namespace smx {

enum class Tone { good, bad, caution, neutral };

struct Appearance {
  std::string_view symbol;  ///< one column wide, UTF-8
  std::string_view ascii;
  Tone tone;
};

Appearance appearance(Verdict verdict);
/// While a run goes on there is no verdict yet. `expected` is the mark of the cell: a failure that the table
/// announces is neutral, not bad.
Appearance appearance(Outcome outcome, Mark expected);

std::string_view name(Tone tone);

/// 0 is worst; the order in which a person wants to read. Flaky cells come after all that are not fine.
int severity(const CellVerdict& verdict);
/// Deviating, broken, inconclusive or flaky: what a person must look at before signing.
bool needs_attention(const CellVerdict& verdict);

}  // namespace smx
