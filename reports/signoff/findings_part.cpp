#include <ctemplate/template.h>
#include <fmt/format.h>

#include "reports/common/appearance.h"
#include "reports/common/details.h"
#include "reports/html/html_parts.h"
#include "reports/signoff/sign_off_parts.h"

namespace smx::signoff_page {
namespace {

using ctemplate::TemplateDictionary;
using html::set_text;

constexpr std::size_t kReason = 300;  // of a guest's sentence: the report has it whole

std::string id_of_cell(const Statement& s, std::size_t i) {
  return s.input.record.plan.cells[i].id.str();
}

void fill_deviations(TemplateDictionary& dict, const Statement& s) {
  if (s.in_need.empty()) {
    dict.ShowSection("NO_DEVIATION");
    return;
  }
  auto& section = *dict.AddSectionDictionary("DEVIATIONS");
  for (const auto i : s.in_need) {
    const auto& verdict = s.input.judgement.cells[i];
    const auto shown = appearance(verdict.verdict);
    auto& line = *section.AddSectionDictionary("DEVIATION");
    set_text(line, "CELL", id_of_cell(s, i));
    line.SetValue("TONE", std::string(name(shown.tone)));
    line.SetValue("SYMBOL", std::string(shown.symbol));
    line.SetValue("VERDICT", std::string(name(verdict.verdict)));
    set_text(line, "REASON", verdict.reason, kReason);
    const auto found = s.excepted.find(i);
    line.SetValue("EXCEPTION", found == s.excepted.end() ? "none" : fmt::format("E{}", found->second + 1));
  }
}

void fill_exceptions(TemplateDictionary& dict, const SignOff& sign_off) {
  if (sign_off.exceptions.empty()) return;
  auto& section = *dict.AddSectionDictionary("EXCEPTIONS");
  for (std::size_t i = 0; i < sign_off.exceptions.size(); ++i) {
    const auto& exception = sign_off.exceptions[i];
    auto& line = *section.AddSectionDictionary("EXCEPTION");
    line.SetValue("NAME", fmt::format("E{}", i + 1));
    set_text(line, "CELLS", exception.cell);
    set_text(line, "OWNER", exception.owner);
    set_text(line, "REASON", exception.reason, 4000);
  }
}

void fill_waived(TemplateDictionary& dict, const Statement& s) {
  if (s.waived.empty()) return;
  auto& section = *dict.AddSectionDictionary("WAIVED");
  for (const auto i : s.waived) {
    const auto& verdict = s.input.judgement.cells[i];
    auto& line = *section.AddSectionDictionary("WAIVER");
    set_text(line, "CELL", id_of_cell(s, i));
    set_text(line, "WHY", verdict.reason, kReason);
    if (!verdict.waiver) continue;
    set_text(line, "REASON", verdict.waiver->reason, 4000);
    set_text(line, "OWNER", verdict.waiver->owner);
    set_text(line, "EXPIRES", verdict.waiver->expires);
  }
}

void fill_flaky(TemplateDictionary& dict, const Statement& s) {
  if (s.flaky.empty()) return;
  const RecordIndex index(s.input.record);
  auto& section = *dict.AddSectionDictionary("FLAKY_CELLS");
  for (const auto i : s.flaky) {
    auto& line = *section.AddSectionDictionary("FLAKY_CELL");
    set_text(line, "CELL", id_of_cell(s, i));
    for (const auto* attempt : index.attempts(s.input.record.plan.cells[i].id))
      set_text(*line.AddSectionDictionary("ATTEMPT"), "WORDS", attempt_words(*attempt), kReason);
  }
}

void fill_predictions(TemplateDictionary& dict, const Statement& s) {
  if (s.input.record.info.predictions.empty()) return;
  auto& section = *dict.AddSectionDictionary("PREDICTIONS");
  section.SetIntValue("AGREE", static_cast<long>(s.predicted_right));
  section.SetIntValue("DISAGREE", static_cast<long>(s.predicted_wrong.size()));
  section.SetIntValue("UNOBSERVED", static_cast<long>(s.predicted_unobserved));
  if (s.predicted_wrong.empty()) return;
  auto& wrong = *section.AddSectionDictionary("WRONG");
  for (const auto i : s.predicted_wrong) {
    auto& line = *wrong.AddSectionDictionary("PREDICTION");
    set_text(line, "CELL", id_of_cell(s, i));
    const auto& prediction = *s.input.record.info.prediction(s.input.record.plan.cells[i].id);
    set_text(line, "WORDS", prediction_words(prediction, s.input.judgement.cells[i].outcome));
  }
}

}  // namespace

void fill_findings(TemplateDictionary& dict, const Statement& s) {
  fill_deviations(dict, s);
  fill_exceptions(dict, s.sign_off);
  fill_waived(dict, s);
  fill_flaky(dict, s);
  fill_predictions(dict, s);
}

}  // namespace smx::signoff_page
