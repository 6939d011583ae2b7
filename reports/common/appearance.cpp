#include "reports/common/appearance.h"

namespace smx {

Appearance appearance(Verdict verdict) {
  switch (verdict) {
    case Verdict::conforms: return {"✓", "=", Tone::good};
    case Verdict::control_ok: return {"●", "o", Tone::good};
    case Verdict::works_unsupported: return {"+", "+", Tone::good};
    case Verdict::observed: return {"○", "*", Tone::neutral};
    case Verdict::deviates: return {"✗", "X", Tone::bad};
    case Verdict::control_broken: return {"!", "!", Tone::bad};
    case Verdict::deviates_unconfirmed: return {"≠", "#", Tone::caution};
    case Verdict::inconclusive: return {"?", "?", Tone::caution};
    case Verdict::waived: return {"w", "w", Tone::caution};
    case Verdict::not_applicable: return {"–", "-", Tone::neutral};
    case Verdict::not_covered: return {"·", ".", Tone::neutral};
  }
  return {"?", "?", Tone::caution};
}

Appearance appearance(Outcome outcome, Mark expected) {
  const Tone failed = expected == Mark::supported ? Tone::bad : Tone::neutral;
  switch (outcome) {
    case Outcome::passed: return {"✓", "=", Tone::good};
    case Outcome::failed: return {"✗", "X", failed};
    case Outcome::timed_out: return {"t", "t", failed};
    case Outcome::guest_crashed: return {"!", "!", Tone::bad};
    case Outcome::not_applicable: return {"–", "-", Tone::neutral};
    case Outcome::blocked:
    case Outcome::invalid: break;
  }
  return {"?", "?", Tone::caution};
}

std::string_view name(Tone tone) {
  switch (tone) {
    case Tone::good: return "good";
    case Tone::bad: return "bad";
    case Tone::caution: return "caution";
    case Tone::neutral: break;
  }
  return "neutral";
}

int severity(const CellVerdict& v) {
  switch (v.verdict) {
    case Verdict::control_broken: return 0;
    case Verdict::deviates: return 1;
    case Verdict::deviates_unconfirmed: return 2;
    case Verdict::inconclusive: return 3;
    case Verdict::waived: return v.flaky ? 4 : 5;
    default: return v.flaky ? 4 : 6;
  }
}

bool needs_attention(const CellVerdict& v) {
  return severity(v) <= 4;
}

}  // namespace smx
