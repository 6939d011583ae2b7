#pragma once

#include "reports/signoff/statement.h"

// Inside of sign_off_html: each function fills sections of sign-off.tpl.

namespace ctemplate {
class TemplateDictionary;
}

namespace smx::signoff_page {

/// LINE, COLUMN, LEGEND, ROW: machines downwards, scenarios across by their number, as it fits on paper.
void fill_grid(ctemplate::TemplateDictionary& dict, const Statement& statement);
/// DEVIATIONS, EXCEPTIONS, WAIVED, FLAKY_CELLS, PREDICTIONS.
void fill_findings(ctemplate::TemplateDictionary& dict, const Statement& statement);
/// GAPS, NOT_RUN, UNCONFIRMED, SUBJECT, PROVEN, ENVIRONMENT, WARNINGS.
void fill_background(ctemplate::TemplateDictionary& dict, const Statement& statement);

}  // namespace smx::signoff_page
