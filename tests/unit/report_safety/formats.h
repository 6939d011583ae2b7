#pragma once

#include <cstddef>
#include <ostream>
#include <string>
#include <vector>

#include "tests/unit/reports/sample_run.h"

namespace smx::testing {

/// By what a report is judged.
enum class Judge { xml, json, html, markdown, github, terminal, live };

struct Format {
  const char* name;
  Judge judge;
  std::size_t bound;  ///< bytes, of the sample run with a megabyte in every place
  /// `phase`: what the engine says of the guest while the run goes on.
  std::string (*make)(SampleRun& run, const std::string& phase);
};

inline void PrintTo(const Format& format, std::ostream* out) {
  *out << format.name;
}

/// Every report there is; a new one is a line here.
const std::vector<Format>& formats();

}  // namespace smx::testing
