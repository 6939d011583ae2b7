#pragma once

#include <string>

#include "reports/common/report_input.h"

namespace smx {

/// JUnit XML that Jenkins and GitLab load. One suite a boot group; a cell that is not covered belongs to the
/// suite of its target/mode/reader. `classname` is "target/mode/reader" and `name` the scenario, so
///
///     cell id = classname + "/" + name
///
/// exactly, whatever the ids contain (dots would not do: image names have them).
///
///   conforms, works-unsupported, observed, control-ok   pass; the verdict is a property
///   waived, not-applicable, not-covered                  <skipped message>
///   inconclusive, deviates-unconfirmed                   <error>
///   deviates, control-broken                             <failure>
///
/// `system-out` holds the attempts and their checks and, for a cell that needs attention, its first evidence:
/// at most kSystemOutLimit bytes a cell. Characters that XML 1.0 (section 2.2) forbids are replaced.
std::string junit_report(const ReportInput& input);

inline constexpr std::size_t kSystemOutLimit = 8u << 10;

}  // namespace smx
