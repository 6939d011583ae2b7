#include <fmt/format.h>

#include <array>

#include "harness/core/text.h"
#include "harness/verdict/judge.h"

namespace smx::verdict {
namespace {

/// From the worst down: the first cell with the worst verdict makes the line.
constexpr std::array kTrouble = {Verdict::deviates, Verdict::control_broken, Verdict::deviates_unconfirmed,
                                 Verdict::inconclusive};

std::size_t cells_of(const Judgement& j, Verdict v) {
  const auto it = j.counts.find(v);
  return it == j.counts.end() ? 0 : static_cast<std::size_t>(it->second);
}

std::string first_line(const std::string& text) {
  return text.substr(0, text.find('\n'));
}

std::string all_well(const Judgement& j) {
  auto text = fmt::format(
      "nothing broke: {} as documented, {}",
      plural(cells_of(j, Verdict::conforms) + cells_of(j, Verdict::works_unsupported), "Safe Mode cell"),
      plural(cells_of(j, Verdict::control_ok), "control") + " ok");
  if (j.flaky > 0) text += fmt::format(", {} flaky", j.flaky);
  if (const auto n = cells_of(j, Verdict::waived)) text += fmt::format(", {} waived", n);
  if (const auto n = cells_of(j, Verdict::observed)) text += fmt::format(", {} observed without a mark", n);
  if (const auto n = cells_of(j, Verdict::not_applicable)) text += fmt::format(", {} not applicable", n);
  return text;
}

}  // namespace

std::string headline(const RunRecord& record, const Judgement& judgement) {
  const std::string prefix = record.end == RunEnd::interrupted ? "interrupted: " : "";
  for (const auto verdict : kTrouble) {
    for (std::size_t i = 0; i < judgement.cells.size(); ++i) {
      if (judgement.cells[i].verdict != verdict) continue;
      std::size_t others = 0;
      for (const auto v : kTrouble) others += cells_of(judgement, v);
      --others;
      const auto more = others > 0 ? fmt::format(" (and {} more)", others) : "";
      return fmt::format("{}{} {}: {}{}", prefix, record.plan.cells[i].id.str(), name(verdict),
                         first_line(judgement.cells[i].reason), more);
    }
  }
  if (judgement.covered == 0) return prefix + "nothing was run: no scenario of this matrix is covered yet";
  return prefix + all_well(judgement);
}

}  // namespace smx::verdict
