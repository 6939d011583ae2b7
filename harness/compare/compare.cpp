#include "harness/compare/compare.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <tuple>

#include "harness/core/text.h"

namespace smx::compare {
namespace {

/// What a result says, for the table in the header.
enum class Said { passed, failed, crashed, not_applicable, nothing };

Said said(const CellResult& cell) {
  if (!cell.covered || !cell.outcome) return Said::nothing;
  switch (*cell.outcome) {
    case Outcome::passed: return Said::passed;
    case Outcome::failed:
    case Outcome::timed_out: return Said::failed;
    case Outcome::guest_crashed: return Said::crashed;
    case Outcome::not_applicable: return Said::not_applicable;
    case Outcome::blocked:
    case Outcome::invalid: break;
  }
  return Said::nothing;
}

Change after_pass(const CellResult& now) {
  switch (said(now)) {
    case Said::passed: return Change::same;
    // The document promises nothing there.
    case Said::failed: return now.mark == Mark::not_supported ? Change::changed : Change::regressed;
    case Said::crashed: return Change::regressed;
    case Said::not_applicable:
    case Said::nothing: break;
  }
  return Change::lost;
}

Change after_failure(const CellResult& was, const CellResult& now) {
  const bool crashed = said(was) == Said::crashed;
  switch (said(now)) {
    case Said::passed: return Change::fixed;
    case Said::failed:
      return !crashed && was.outcome == now.outcome && was.cause == now.cause ? Change::same
                                                                              : Change::changed;
    case Said::crashed: return crashed ? Change::same : Change::regressed;
    case Said::not_applicable:
    case Said::nothing: break;
  }
  return Change::lost;
}

/// Of two sorted lists, what only one has, and what has another value.
std::vector<Difference> differences_of(const std::vector<Input>& was, const std::vector<Input>& is) {
  std::map<std::tuple<InputKind, std::string, std::string>, Difference> all;
  for (const auto& i : was) all[{i.kind, i.scope, i.name}] = {i.kind, i.scope, i.name, i.value, ""};
  for (const auto& i : is) {
    auto& difference = all[{i.kind, i.scope, i.name}];
    difference.kind = i.kind;
    difference.scope = i.scope;
    difference.name = i.name;
    difference.is = i.value;
  }
  std::vector<Difference> differences;
  for (auto& [key, difference] : all)
    if (difference.was != difference.is) differences.push_back(std::move(difference));
  return differences;  // the map's order is the order of suspicion
}

bool is_suspected(Change change) {
  return change != Change::gone && change != Change::new_result;
}

CellChange change_of(const CellResult* was, const CellResult* is,
                     const std::vector<Difference>& differences) {
  CellChange change;
  change.cell = is ? is->id : was->id;
  change.change = classify(was, is);
  if (was) change.was = outcome_words(*was);
  if (is) {
    change.is = outcome_words(*is);
    change.message = is->message;
    change.waived = is->verdict == Verdict::waived;
  }
  if (!is_suspected(change.change)) return change;
  for (std::size_t i = 0; i < differences.size(); ++i)
    if (concerns({differences[i].kind, differences[i].scope, differences[i].name, ""}, change.cell))
      change.suspects.push_back(i);
  return change;
}

int count(const Comparison& comparison, Change change) {
  const auto it = comparison.counts.find(change);
  return it == comparison.counts.end() ? 0 : it->second;
}

std::string suspicion(const Comparison& comparison, const CellChange& change) {
  if (change.suspects.empty()) return "; nothing that is known of differs";
  const auto& first = comparison.differences[change.suspects.front()];
  return fmt::format("; differs: {} {}", name(first.kind), first.name);
}

std::string headline_of(const Comparison& comparison) {
  if (comparison.cells.empty())
    return fmt::format("nothing changed since {}: {} the same", comparison.baseline,
                       plural(static_cast<std::size_t>(count(comparison, Change::same)), "cell"));
  std::string tally;
  for (const auto& [change, n] : comparison.counts)
    if (change != Change::same) tally += fmt::format("{}{} {}", tally.empty() ? "" : ", ", n, name(change));
  const auto& worst = comparison.cells.front();
  if (worst.waived || (worst.change != Change::regressed && worst.change != Change::lost))
    return fmt::format("nothing regressed since {}{}: {}", comparison.baseline,
                       worst.waived ? " that is not waived" : "", tally);
  return fmt::format("{} {} since {}: {}, was {}{} ({})", worst.cell.str(), name(worst.change),
                     comparison.baseline, worst.is, worst.was, suspicion(comparison, worst), tally);
}

}  // namespace

std::string_view name(Change change) {
  constexpr std::array<std::string_view, 7> names = {"regressed", "lost", "changed", "gone",
                                                     "fixed",     "new",  "same"};
  return names.at(static_cast<std::size_t>(change));
}

bool counts(const CellChange& change) {
  return (change.change == Change::regressed || change.change == Change::lost) && !change.waived;
}

Change classify(const CellResult* was, const CellResult* is) {
  if (!is) return Change::gone;
  if (!was) return Change::new_result;
  switch (said(*was)) {
    case Said::passed: return after_pass(*is);
    case Said::failed:
    case Said::crashed: return after_failure(*was, *is);
    case Said::not_applicable:
      if (said(*is) == Said::nothing) return Change::lost;
      return said(*is) == Said::not_applicable ? Change::same : Change::changed;
    case Said::nothing: break;
  }
  return said(*is) == Said::nothing ? Change::same : Change::new_result;
}

Comparison compare(const RunSummary& baseline, const RunSummary& now) {
  Comparison comparison;
  comparison.baseline = baseline.id;
  comparison.run = now.id;
  comparison.differences = differences_of(baseline.inputs, now.inputs);
  std::map<CellId, const CellResult*> before;
  for (const auto& cell : baseline.cells) before[cell.id] = &cell;
  const auto take = [&](const CellResult* was, const CellResult* is) {
    auto change = change_of(was, is, comparison.differences);
    ++comparison.counts[change.change];
    if (change.change != Change::same) comparison.cells.push_back(std::move(change));
  };
  for (const auto& cell : now.cells) {
    const auto it = before.find(cell.id);
    take(it == before.end() ? nullptr : it->second, &cell);
    if (it != before.end()) before.erase(it);
  }
  for (const auto& cell : baseline.cells)
    if (before.contains(cell.id)) take(&cell, nullptr);
  std::stable_sort(comparison.cells.begin(), comparison.cells.end(),
                   [](const CellChange& a, const CellChange& b) {
                     return std::tuple(a.change, a.waived) < std::tuple(b.change, b.waived);
                   });
  const auto any = [&](Change change) {
    return std::any_of(comparison.cells.begin(), comparison.cells.end(),
                       [&](const CellChange& c) { return c.change == change && !c.waived; });
  };
  comparison.exit_code = any(Change::regressed) ? 1 : any(Change::lost) ? 4 : 0;
  comparison.headline = headline_of(comparison);
  return comparison;
}

}  // namespace smx::compare
