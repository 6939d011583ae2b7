#pragma once

#include <string>

#include "reports/common/report_input.h"
#include "reports/terminal/style.h"

namespace smx {

/// What a run ends with on a terminal: the matrix, the headline, the cells that need attention one line each
/// (deviations first), the coverage and what the rest waits for, unconfirmed marks, warnings, and where the
/// HTML page is (`html_report`, left out when empty).
std::string terminal_summary(const ReportInput& input, const TerminalStyle& style,
                             const std::string& html_report);

}  // namespace smx
