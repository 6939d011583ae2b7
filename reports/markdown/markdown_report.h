#pragma once

#include <string>

#include "reports/common/report_input.h"

namespace smx {

/// A summary for a comment on a merge request, a job's summary page or a chat: headline, tallies, the cells
/// that need attention in a table (the worst first, as many as fit), coverage, warnings, which run it was and
/// where there is more. GitHub's Markdown, which GitLab reads too. At most kMarkdownLimit bytes whatever the
/// run, since GitHub takes comments of 65,536 characters.
///
/// No text of a guest or a file becomes markup, a link, a mention or a reference (markdown_text.h).
std::string markdown_report(const ReportInput& input);

inline constexpr std::size_t kMarkdownLimit = 60000;

}  // namespace smx
