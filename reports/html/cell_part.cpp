#include <ctemplate/template.h>

#include <algorithm>

#include "reports/common/appearance.h"
#include "reports/common/details.h"
#include "reports/html/html_parts.h"

namespace smx::html {
namespace {

using ctemplate::TemplateDictionary;

/// How far the cell's implementation is proven; empty when it has none.
std::string proven(const Plan& plan, const Cell& cell) {
  const auto* scenario = plan.catalogue.find(cell.id.scenario);
  if (!scenario || !cell.not_covered.empty()) return {};
  const auto found = scenario->targets.find(plan.target(cell.id.target).kind);
  return found == scenario->targets.end() ? "" : found->second.proven;
}

void add_check(TemplateDictionary& attempt, const Check& check) {
  auto& entry = *attempt.AddSectionDictionary("CHECK");
  const auto shown = appearance(check.outcome, Mark::supported);
  entry.SetValue("TONE", std::string(name(shown.tone)));
  entry.SetValue("SYMBOL", std::string(shown.symbol));
  entry.SetValue("OUTCOME", std::string(name(check.outcome)));
  set_text(entry, "ID", check.id, kFactValue);
  if (check.by != "agent") set_text(*entry.AddSectionDictionary("BY"), "WHO", check.by, kFactValue);
  if (!check.cause.empty()) set_text(*entry.AddSectionDictionary("CAUSE"), "WORD", check.cause, kFactValue);
  if (!check.message.empty()) set_text(*entry.AddSectionDictionary("MESSAGE"), "TEXT", check.message);
}

/// Routine cells name what passed on one line.
void add_findings(TemplateDictionary& attempt, Page& page, const Observation& observation, bool attention,
                  InlineBudget& owner) {
  const auto listed = [&](const Check& check) { return attention || check.outcome != Outcome::passed; };
  std::string passed;
  for (const auto& check : observation.checks)
    if (!listed(check)) passed += (passed.empty() ? "" : ", ") + check.id;
  if (!passed.empty()) set_text(*attempt.AddSectionDictionary("PASSED"), "CHECKS", passed);
  if (observation.evidence.empty() &&
      std::none_of(observation.checks.begin(), observation.checks.end(), listed))
    return;
  auto& list = *attempt.AddSectionDictionary("LIST");
  for (const auto& check : observation.checks)
    if (listed(check)) add_check(list, check);
  add_evidence(list, page, observation.evidence, owner);
}

void add_boot_link(TemplateDictionary& attempt, const Page& page, const Attempt& a, bool attention) {
  const auto* boot = page.index.boot(a.group, a.boot);
  if (!boot) return;
  auto& link = *attempt.AddSectionDictionary("BOOT");
  link.SetIntValue("NUMBER", boot->number);
  link.SetIntValue("B", static_cast<long>(page.boot_numbers.at(boot)));
  if (!attention) return;
  auto& proofs = *link.AddSectionDictionary("PROOFS");
  proofs.SetValue("MODE", boot->mode.proven ? "proven" : "not proven");
  proofs.SetValue("READER", boot->reader.proven ? "proven" : "not proven");
}

void add_disagreements(TemplateDictionary& cell, const Page& page, const std::vector<const Boot*>& boots) {
  for (const auto* boot : boots)
    for (const auto* proof : {&boot->mode, &boot->reader})
      for (const auto& fact : proof->facts) {
        if (fact.agrees) continue;
        auto& entry = *cell.AddSectionDictionary("DISAGREES");
        entry.SetIntValue("B", static_cast<long>(page.boot_numbers.at(boot)));
        entry.SetIntValue("NUMBER", boot->number);
        set_text(entry, "FACT", fact.name, kFactValue);
        set_text(entry, "EXPECTED", fact.expected, kFactValue);
        set_text(entry, "ACTUAL", fact.actual, kFactValue);
      }
}

/// The boots that say something of this cell: those of its attempts, or of its group when it never ran.
std::vector<const Boot*> boots_of(const Page& page, std::size_t i) {
  std::vector<const Boot*> boots;
  for (const auto* attempt : page.index.attempts(page.input.record.plan.cells[i].id)) {
    const auto* boot = page.index.boot(attempt->group, attempt->boot);
    if (boot && std::find(boots.begin(), boots.end(), boot) == boots.end()) boots.push_back(boot);
  }
  const auto* group = page.index.group_of(i);
  return boots.empty() && group ? page.index.boots(group->id) : boots;
}

}  // namespace

// Why a mark is what it is stands in the table's section; here again only where a decision is needed.
Terms terms_of(const Page& page, const Cell& planned, const CellVerdict& verdict, bool attention) {
  const auto& record = page.input.record;
  Terms terms;
  const auto add = [&](const char* name, std::string text) {
    if (!text.empty()) terms.emplace_back(name, std::move(text));
  };
  add("Expected", expectation_words(verdict.expectation));
  if (attention) add("Because", verdict.expectation.why);
  if (const auto* prediction = record.info.prediction(planned.id))
    add("Predicted", prediction_words(*prediction, verdict.outcome));
  add("Proven", proven_words(proven(record.plan, planned)));
  const auto& attempts = page.index.attempts(planned.id);
  add("Passed", proved_words(proved_by(record.plan, planned, attempts.empty() ? nullptr : attempts.back())));
  add("Control", control_words(verdict.control));
  if (planned.added_control) add("Added", "by the plan, as a control the matrix leaves out");
  if (verdict.waiver)
    add("Waiver",
        verdict.waiver->reason + " (" + verdict.waiver->owner + ", until " + verdict.waiver->expires + ")");
  if (!attention) return terms;
  for (const auto& scenario : record.plan.catalogue.scenarios)
    if (scenario.id == planned.id.scenario) add("Note", scenario.notes);
  return terms;
}

TemplateDictionary& add_cell_head(TemplateDictionary& dict, const Page& page, std::size_t i,
                                  const char* section, const char* file) {
  const auto& planned = page.input.record.plan.cells[i];
  const auto& verdict = page.input.judgement.cells[i];
  const auto shown = appearance(verdict.verdict);
  auto& cell = *dict.AddIncludeDictionary(section);
  cell.SetFilename(file);
  cell.SetIntValue("N", static_cast<long>(i));
  cell.SetValue("TONE", std::string(name(verdict.flaky ? Tone::caution : shown.tone)));
  cell.SetValue("SYMBOL", std::string(shown.symbol));
  cell.SetValue("VERDICT", std::string(name(verdict.verdict)));
  set_text(cell, "TITLE", row_title(planned.row, planned.words));
  return cell;
}

void add_cell(TemplateDictionary& dict, Page& page, std::size_t i, bool attention, bool open) {
  const auto& planned = page.input.record.plan.cells[i];
  const auto& verdict = page.input.judgement.cells[i];
  auto& cell = add_cell_head(dict, page, i, "CELL", "cell.tpl");
  if (!verdict.reason.empty()) set_text(*cell.AddSectionDictionary("REASON_SHOWN"), "REASON", verdict.reason);
  if (verdict.flaky) cell.ShowSection("FLAKY");
  if (open) cell.ShowSection("OPEN");
  for (const auto& [term, text] : terms_of(page, planned, verdict, attention)) {
    auto& entry = *cell.AddSectionDictionary("TERM");
    entry.SetValue("TERM_NAME", term);
    set_text(entry, "TEXT", text);
  }
  const auto boots = boots_of(page, i);
  InlineBudget owner{attention ? kInlinePerCell : 0};
  if (attention) {
    auto& where = *cell.AddSectionDictionary("WHERE");
    set_text(where, "PLACE", Grid::Column{planned.id.target, planned.id.mode, planned.id.reader}.prefix());
    set_text(where, "ID", planned.id.str());
    add_disagreements(cell, page, boots);
    page.troubled.insert(boots.begin(), boots.end());
  }
  for (const auto* a : page.index.attempts(planned.id)) {
    auto& attempt = *cell.AddSectionDictionary("ATTEMPT");
    set_text(attempt, "LINE", attempt_words(*a));
    add_boot_link(attempt, page, *a, attention);
    add_findings(attempt, page, a->observation, attention, owner);
  }
}

}  // namespace smx::html
