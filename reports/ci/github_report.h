#pragma once

#include <string>
#include <string_view>

#include "reports/common/report_input.h"

// Workflow commands of GitHub Actions: lines on a step's standard output that become annotations of the run.
//
//   ::error title=TITLE,file=FILE::MESSAGE      in MESSAGE % CR LF are %25 %0D %0A; in TITLE and FILE also :
//   ,
//
// as in @actions/core's command.ts. A step shows ten errors, ten warnings and ten notices.

namespace smx {

/// `::error` for what deviates or is broken in normal mode, `::warning` for what is unconfirmed, inconclusive
/// or flaky, the worst first and at most kAnnotations of each; then a `::notice` with the headline that says
/// how many more there are. Each line is one command: no text of a guest begins one, and none holds the older
/// form, ##[command], which is looked for anywhere in a line.
std::string github_report(const ReportInput& input);

inline constexpr std::size_t kAnnotations = 10;

}  // namespace smx
