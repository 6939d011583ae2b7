#pragma once

#include <ostream>
#include <string>
#include <vector>

#include "harness/core/model/run_record.h"
#include "tests/unit/reports/sample_run.h"

namespace smx::testing {

/// One kind of text that a guest may send.
struct Hostile {
  const char* name;
  std::string text;
};

inline void PrintTo(const Hostile& hostile, std::ostream* out) {
  *out << hostile.name;
}

const std::vector<Hostile>& hostile_kinds();

/// What every report must look like with any other text: neither plain words nor anything's markup.
inline constexpr const char* kHarmless = "harmless_text.";

/// `text` in messages, causes, checks, facts, trouble and names of evidence.
void put_into(RunRecord& record, const std::string& text);

/// The sample run with `text` in every place that a guest can write to, directly or by what is concluded from
/// it: messages, causes, check ids, facts, trouble, names and bytes of evidence, reasons, the headline,
/// predictions, notes, the environment.
SampleRun run_with(const std::string& text);

/// What a guest makes the engine say while it runs, beside what is in the record.
inline std::string phase_with(const std::string& text) {
  return "waiting for the guest: " + text;
}

}  // namespace smx::testing
