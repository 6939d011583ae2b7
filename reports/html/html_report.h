#pragma once

#include <filesystem>
#include <string>

#include "reports/common/report_input.h"
#include "reports/html/inline_limits.h"

namespace smx {

/// One self-contained page: no request leaves it, and it reads without scripts. Made from the templates in
/// `templates` (reports/html/templates/*.tpl), which ctemplate escapes by context: all that came from a guest,
/// a card or a file is data there. Its Content-Security-Policy lets nothing run but the page's own line of
/// script.
///
/// Evidence of cells that need attention is shown in place, kInlinePerCell a cell (and a boot) and
/// kInlineInAll together, worst cells first; everything else is a link to evidence/<sha256>. Throws
/// Error(environment) naming the folder when the templates are not there or do not parse.
std::string html_report(const ReportInput& input, const std::filesystem::path& templates);
/// With the installed templates: data_dir()/html.
std::string html_report(const ReportInput& input);

}  // namespace smx
