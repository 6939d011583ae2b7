#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>

#include "harness/plan/steps.h"

namespace smx::plan_steps {

void warn_of_policies(Plan& plan) {
  std::set<std::string> need, others;
  for (const auto& reader : plan.matrix.readers) {
    const auto& card = plan.card(reader.card);
    (card.solution == CardSolution::plug_and_play ? need : others).insert(card.id);
  }
  if (need.empty()) return;
  for (const auto& target : plan.matrix.targets) {
    if (target.smart_card_plug_and_play) continue;
    if (others.empty())
      plan.warnings.push_back(
          fmt::format("{}: smart card Plug and Play is turned off, so no driver is loaded for the cards of "
                      "this matrix, all "
                      "of which need one",
                      target.id));
    else
      plan.warnings.push_back(fmt::format(
          "{}: smart card Plug and Play is turned off although the matrix mixes cards that need it ({}) with "
          "cards that do not ({}); the documentation strongly discourages that, because the policy affects "
          "all "
          "smart cards",
          target.id, fmt::join(need, ", "), fmt::join(others, ", ")));
  }
}

void warn_of_foreign_cards(Plan& plan) {
  const auto& lab = plan.matrix.lab;
  const auto& scenarios = plan.catalogue.scenarios;
  if (!lab.external() ||
      std::none_of(scenarios.begin(), scenarios.end(), [](const Scenario& s) { return s.needs_lab(); }))
    return;
  std::set<std::string> issued;
  for (const auto& reader : plan.matrix.readers)
    if (reader.kind == ReaderKind::virtual_reader && plan.card(reader.card).file.empty())
      issued.insert(reader.card);
  if (!issued.empty())
    plan.warnings.push_back(fmt::format(
        "the domain {} has to log on cards that this program issues for each run ({}); it does so "
        "only if it trusts this program's own authority for {}",
        lab.domain.realm, fmt::join(issued, ", "), lab.domain.principal()));
}

}  // namespace smx::plan_steps
