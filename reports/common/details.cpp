#include "reports/common/details.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <set>

#include <algorithm>

#include "harness/compare/compare.h"
#include "harness/core/all_passed.h"
#include "harness/core/text.h"

namespace smx {
namespace {

std::string outcome_words(Outcome outcome, const std::string& cause, const std::string& message) {
  std::string words(name(outcome));
  if (!cause.empty()) words += " (" + one_line(cause) + ")";
  if (!message.empty()) words += ": " + one_line(message);
  return words;
}

}  // namespace

std::string one_line(std::string_view text) {
  return one_line(text, 500);
}

std::string without_log_commands(std::string line) {
  for (const char c : {'#', ':'}) {
    const std::string twice(2, c);
    for (auto at = line.find(twice); at != std::string::npos; at = line.find(twice, at + 1))
      if (c == '#' || at == 0 || line[at - 1] == ' ') line.insert(at + 1, " ");
  }
  return line;
}

std::vector<std::size_t> attention_cells(const Judgement& judgement, bool waived) {
  const auto& verdicts = judgement.cells;
  std::vector<std::size_t> cells;
  for (std::size_t i = 0; i < verdicts.size(); ++i)
    if (needs_attention(verdicts[i]) || (waived && verdicts[i].verdict == Verdict::waived))
      cells.push_back(i);
  std::stable_sort(cells.begin(), cells.end(), [&](std::size_t a, std::size_t b) {
    return severity(verdicts[a]) < severity(verdicts[b]);
  });
  return cells;
}

std::vector<const compare::CellChange*> further_changes(const ReportInput& input) {
  std::vector<const compare::CellChange*> changes;
  if (!input.comparison) return changes;
  std::set<CellId> told;
  for (const auto cell : attention_cells(input.judgement)) told.insert(input.record.plan.cells[cell].id);
  for (const auto& change : input.comparison->cells)
    if (compare::counts(change) && !told.contains(change.cell)) changes.push_back(&change);
  return changes;
}

std::string change_words(const compare::CellChange& change, const std::string& baseline) {
  return fmt::format("{} since {}: was {}, is {}", name(change.change), one_line(baseline),
                     one_line(change.was), one_line(change.is));
}

std::string expectation_words(const TableMark& e) {
  std::string words(name(e.mark));
  if (e.confirmed)
    return fmt::format("{} (confirmed by {}, {})", words, one_line(e.confirmed->by),
                       one_line(e.confirmed->when));
  if (e.mark == Mark::unknown) return words;
  switch (e.known) {
    case MarkSource::stated: return words + " (stated)";
    case MarkSource::inferred: return words + " (inferred, unconfirmed)";
    case MarkSource::unknown: break;
  }
  return words + " (unconfirmed)";
}

std::string prediction_words(const Prediction& p, std::optional<Outcome> outcome) {
  std::string words(name(p.expected));
  if (!p.cause.empty()) words += " (" + one_line(p.cause) + ")";
  if (outcome)
    words += *outcome == p.expected ? ", as observed" : fmt::format(", but {} was observed", name(*outcome));
  return words + ": " + one_line(p.why);
}

std::string proven_words(const std::string& proven) {
  if (proven == "compiled") return "compiled only: no Windows has run this implementation yet";
  if (proven == "wine") return "on Wine only: no real Windows has run this implementation yet";
  return "";
}

std::vector<std::string> proved_by(const Plan& plan, const Cell& cell, const Attempt* last) {
  const auto* scenario = plan.catalogue.find(cell.id.scenario);
  if (!scenario || !last || last->observation.outcome != Outcome::passed) return {};
  const auto& target = plan.target(cell.id.target);
  const auto on = scenario->targets.find(target.kind);
  if (on == scenario->targets.end() || !on->second.screen) return {};
  if (!target.screen || !all_passed(last->observation.checks, on->second.screen->checks)) return {"api"};
  return {"api", "screen"};
}

std::string proved_words(const std::vector<std::string>& proved_by) {
  if (proved_by.empty()) return "";
  if (proved_by.size() == 1) return "by the system's interfaces alone; nothing was done at the screen";
  return "by the system's interfaces, and by keys at the screen";
}

std::string control_words(ControlStatus control) {
  switch (control) {
    case ControlStatus::ok: return "passed in normal mode at the first attempt";
    case ControlStatus::not_run: return "not run: nothing to compare with";
    case ControlStatus::broken: return "broken: it does not pass in normal mode either";
    case ControlStatus::blocked: return "blocked in normal mode";
    case ControlStatus::invalid: return "invalid: normal mode or the reader was not proven";
    case ControlStatus::flaky: return "flaky: it needed more than one attempt in normal mode";
    case ControlStatus::not_needed: break;
  }
  return "";
}

std::string attempt_words(const Attempt& a) {
  const auto& o = a.observation;
  return fmt::format("Attempt {}, {}: {}", a.number, duration_words(a.ended - a.started),
                     outcome_words(o.outcome, o.cause, o.message));
}

std::string attempt_line(const Attempt& a) {
  const auto& o = a.observation;
  return fmt::format("attempt {} in boot {}, {}: {}", a.number, a.boot, duration_words(a.ended - a.started),
                     outcome_words(o.outcome, o.cause, o.message));
}

std::string attempts_text(const std::vector<const Attempt*>& attempts) {
  std::string text;
  for (const auto* a : attempts) {
    text += attempt_line(*a) + "\n";
    for (const auto& c : a->observation.checks)
      text += fmt::format("  {} [{}] {}\n", one_line(c.id), one_line(c.by),
                          outcome_words(c.outcome, c.cause, c.message));
    for (const auto& e : a->observation.evidence)
      text += fmt::format("  evidence {} ({}): evidence/{}\n", one_line(e.name), size_words(e.size),
                          one_line(e.sha256));
  }
  return text;
}

std::string duration_words(Milliseconds d) {
  if (d < Milliseconds(0)) d = Milliseconds(0);
  if (d < Milliseconds(1000)) return fmt::format("{} ms", d.count());
  // Rounded first, or 59.96 s would read as "60.0 s".
  const auto tenths = (d.count() + 50) / 100;
  if (tenths < 600) return fmt::format("{}.{} s", tenths / 10, tenths % 10);
  const auto seconds = (d.count() + 500) / 1000;
  if (seconds < 3600) return fmt::format("{} min {:02} s", seconds / 60, seconds % 60);
  return fmt::format("{} h {:02} min", seconds / 3600, seconds / 60 % 60);
}

std::string time_words(TimePoint time) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(time);
  return fmt::format("{:%Y-%m-%d %H:%M:%S} UTC", fmt::gmtime(seconds.time_since_epoch().count()));
}

std::string_view end_words(RunEnd end) {
  switch (end) {
    case RunEnd::completed: return "completed";
    case RunEnd::interrupted: return "interrupted";
    case RunEnd::unfinished: break;
  }
  return "unfinished";
}

std::string row_title(int row, const std::string& words) {
  return row == kOwnCheck ? "Own check: " + words : fmt::format("{}. {}", row, words);
}

std::string rows_words(const std::vector<Grid::Row>& rows) {
  std::vector<std::string> numbers, own_checks;
  for (const auto& row : rows)
    if (row.row == kOwnCheck)
      own_checks.push_back(row.scenario);
    else
      numbers.push_back(std::to_string(row.row));
  std::string words;
  if (!numbers.empty()) words = (numbers.size() == 1 ? "row " : "rows ") + joined(numbers);
  if (own_checks.empty()) return words;
  if (!words.empty()) words += " and ";
  return words + (own_checks.size() == 1 ? "own check " : "own checks ") + joined(own_checks);
}

std::string coverage_words(const Coverage& c) {
  const auto rows = fmt::format("{} of {}", c.covered, plural(c.scenarios, "scenario"));
  if (c.own_checks == 0) return rows + " covered";
  const auto own = fmt::format("{} of {}", c.covered_own_checks, plural(c.own_checks, "own check"));
  return (c.scenarios == 0 ? own : rows + " and " + own) + " covered";
}

std::string coverage_sentence(const Plan& plan, const std::function<std::string(std::string_view)>& shown) {
  const auto found = coverage(plan);
  auto sentence = coverage_words(found);
  for (const auto& gap : found.gaps) {
    sentence += fmt::format("{}{} {} for {}", &gap == &found.gaps.front() ? "; not covered: " : "; ",
                            shown(rows_words(gap.scenarios)), gap.scenarios.size() == 1 ? "waits" : "wait",
                            shown(gap.waits_for));
  }
  return sentence;
}

std::string unconfirmed_words(const Judgement& judgement) {
  if (judgement.unconfirmed_marks <= 0) return "";
  return plural(static_cast<std::size_t>(judgement.unconfirmed_marks), "mark") +
         " used here that no person has confirmed";
}

Tone run_tone(const ReportInput& input) {
  if (input.record.end != RunEnd::completed) return Tone::caution;
  switch (input.judgement.exit_code) {
    case 0: return Tone::good;
    case 4:
    case 5: return Tone::caution;
    default: return Tone::bad;
  }
}

std::string_view symbol_of(Tone tone) {
  return tone == Tone::good ? "✓" : tone == Tone::bad ? "✗" : "?";
}

bool is_text(const Evidence& e) {
  return e.media_type.starts_with("text/") || e.media_type == "application/json" ||
         e.media_type == "application/xml";
}

std::string size_words(std::uint64_t bytes) {
  if (bytes < 1024) return plural(bytes, "byte");
  if (bytes < 1024 * 1024) return fmt::format("{:.1f} KiB", static_cast<double>(bytes) / 1024);
  return fmt::format("{:.1f} MiB", static_cast<double>(bytes) / (1024 * 1024));
}

}  // namespace smx
