#pragma once

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "harness/core/model/judgement.h"
#include "harness/core/model/observation.h"
#include "reports/common/grid.h"
#include "reports/common/report_input.h"
#include "reports/html/inline_limits.h"

// Inside of html_report: each function fills the dictionary of one template.

namespace ctemplate {
class TemplateDictionary;
}

namespace smx::html {

/// Guest text as one value of a dictionary: controls made visible, at most this many bytes.
inline constexpr std::size_t kSentence = 1000;
inline constexpr std::size_t kFactValue = 500;

/// Pages of more cells than this are compact: what needs no attention takes one line, one paragraph and
/// its links, and proven boots list their facts in a sentence.
inline constexpr std::size_t kManyCells = 2000;

/// What may still be shown in place, in bytes of the page.
struct InlineBudget {
  std::size_t left;
};

struct Page {
  const ReportInput& input;
  Grid grid;
  RecordIndex index;
  InlineBudget budget;
  bool compact;
  std::map<const Boot*, std::size_t> boot_numbers;  ///< anchors "#b<n>"
  std::set<const Boot*> troubled;                   ///< boots with a cell that needs attention, or not proven
};

void set_text(ctemplate::TemplateDictionary& dict, const char* key, std::string_view text,
              std::size_t limit = kSentence);

/// Section MATRIX: header rows, scenario rows.
void fill_matrix(ctemplate::TemplateDictionary& dict, const Page& page);
/// Section CELL (cell.tpl) for Plan::cells[i]. `attention`: full checks, evidence in place, opened if `open`.
void add_cell(ctemplate::TemplateDictionary& dict, Page& page, std::size_t i, bool attention, bool open);
/// What both kinds of cells begin with: an include `section` of the template `file` with number, tone, symbol,
/// verdict and title.
ctemplate::TemplateDictionary& add_cell_head(ctemplate::TemplateDictionary& dict, const Page& page,
                                             std::size_t i, const char* section, const char* file);
/// The same as `add_cell` for a cell that needs no attention on a compact page (routine.tpl).
void add_routine_cell(ctemplate::TemplateDictionary& dict, const Page& page, std::size_t i);

/// What is said of a cell beside its attempts, each with its heading.
using Terms = std::vector<std::pair<const char*, std::string>>;
Terms terms_of(const Page& page, const Cell& planned, const CellVerdict& verdict, bool attention);
/// Section GROUP with its boots (boot.tpl) and its routine cells; needs that attention cells were added before.
void fill_groups(ctemplate::TemplateDictionary& dict, Page& page);
/// Sections LINK or NO_LINK with the name of a piece.
void set_evidence_link(ctemplate::TemplateDictionary& item, const Evidence& evidence);
/// Section EVIDENCE for each piece; in place as long as `per_item_owner` and the page's budget last.
void add_evidence(ctemplate::TemplateDictionary& dict, Page& page, const std::vector<Evidence>& evidence,
                  InlineBudget& owner);
/// Section COMPARISON (comparison.tpl), where the run is compared with a baseline.
void fill_comparison(ctemplate::TemplateDictionary& dict, const Page& page);
/// Sections COVERAGE, TABLE, ENVIRONMENT, WAIVER, WARNING.
void fill_background(ctemplate::TemplateDictionary& dict, const Page& page);

}  // namespace smx::html
