#include <ctemplate/template.h>

#include <algorithm>

#include "harness/core/text.h"
#include "reports/common/details.h"
#include "reports/html/html_parts.h"

namespace smx::html {
namespace {

using ctemplate::TemplateDictionary;

std::string checks_words(const std::vector<Check>& checks) {
  std::string others;
  std::size_t passed = 0;
  for (const auto& check : checks) {
    if (check.outcome == Outcome::passed)
      ++passed;
    else
      others += (others.empty() ? "; not passed: " : ", ") + check.id;
  }
  return plural(passed, "check") + " passed" + others;
}

void add_routine_attempt(TemplateDictionary& cell, const Page& page, const Attempt& a) {
  auto& attempt = *cell.AddSectionDictionary("ATTEMPT");
  auto line = attempt_words(a);
  // The only boot of a group stands right above its cells.
  if (page.index.boots(a.group).size() > 1) line += ", boot " + std::to_string(a.boot);
  if (!a.observation.checks.empty()) line += ". " + checks_words(a.observation.checks);
  set_text(attempt, "LINE", line);
  if (a.observation.evidence.empty()) return;
  auto& list = *attempt.AddSectionDictionary("LIST");
  for (const auto& e : a.observation.evidence) set_evidence_link(*list.AddSectionDictionary("EVIDENCE"), e);
}

}  // namespace

void add_routine_cell(TemplateDictionary& dict, const Page& page, std::size_t i) {
  const auto& planned = page.input.record.plan.cells[i];
  const auto& verdict = page.input.judgement.cells[i];
  auto& cell = add_cell_head(dict, page, i, "ROUTINE", "routine.tpl");
  auto told = verdict.reason;
  for (const auto& [term, text] : terms_of(page, planned, verdict, false))
    told += (told.empty() ? "" : ". ") + std::string(term) + ": " + text;
  if (!told.empty()) set_text(*cell.AddSectionDictionary("TOLD"), "TEXT", told);
  for (const auto* attempt : page.index.attempts(planned.id)) add_routine_attempt(cell, page, *attempt);
}

}  // namespace smx::html
