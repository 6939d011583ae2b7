#include "reports/history/history_text.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <sstream>

#include "harness/compare/compare.h"
#include "harness/compare/compare_json.h"
#include "harness/core/model/model_json.h"
#include "harness/core/text.h"
#include "reports/common/appearance.h"
#include "reports/common/details.h"
#include "reports/terminal/style.h"

namespace smx {
namespace {

std::string marks_words(const history::RunLine& run) {
  std::string words;
  for (const auto& tag : run.tags) words += (words.empty() ? "" : ", ") + tag;
  if (run.is_signed) words += words.empty() ? "signed" : ", signed";
  return words.empty() ? words : "  [" + words + "]";
}

/// What differs between two runs for one cell, each on its line.
std::string differences_text(const history::History& history, const CellId& cell, const std::string& before,
                             const std::string& after) {
  const auto comparison = compare::compare(history.summary(before), history.summary(after));
  std::string text;
  for (const auto& d : comparison.differences)
    if (compare::concerns({d.kind, d.scope, d.name, ""}, cell))
      text += fmt::format("      differs: {} {}: {} -> {}\n", name(d.kind), terminal_line(d.name),
                          d.was.empty() ? "(nothing)" : terminal_line(d.was),
                          d.is.empty() ? "(nothing)" : terminal_line(d.is));
  return text.empty() ? "      nothing that is known of differs\n" : text;
}

}  // namespace

std::string runs_text(const std::vector<history::RunLine>& runs) {
  if (runs.empty()) return "no such run\n";
  std::string text;
  for (const auto& run : runs) {
    const auto end =
        run.end == RunEnd::completed ? fmt::format("exit {}", run.exit_code) : std::string(name(run.end));
    text += fmt::format("{}  {}  {:11}  {} of {} passed{}  {}{}{}\n", run.id, time_words(run.started), end,
                        run.passed, plural(static_cast<std::size_t>(run.cells), "cell"),
                        run.flaky > 0 ? fmt::format(", {} flaky", run.flaky) : "", terminal_line(run.matrix),
                        marks_words(run), run.folder.empty() ? "  (pruned)" : "");
    text += "    " + terminal_line(run.headline) + "\n";
  }
  return text;
}

std::string run_text(const history::RunLine& line, const compare::RunSummary& run) {
  auto text =
      fmt::format("run {}{}\nmatrix {}, {}, {}, {}\nexit code {}: {}\n", run.id, marks_words(line),
                  terminal_line(run.matrix), time_words(run.started), name(run.end),
                  duration_words(run.ended - run.started), run.exit_code, terminal_line(run.headline));
  text += line.folder.empty() ? "its evidence was pruned\n" : "folder " + line.folder.string() + "\n";
  std::string cells;
  for (const auto& cell : run.cells) {
    CellVerdict verdict;
    verdict.verdict = cell.verdict;
    verdict.flaky = cell.flaky;
    if (!cell.covered || !needs_attention(verdict)) continue;
    cells += fmt::format("  {}{}  {}: {}{}\n", name(cell.verdict), cell.flaky ? ", flaky" : "",
                         terminal_line(cell.id.str()), terminal_line(compare::outcome_words(cell)),
                         cell.message.empty() ? "" : ": " + terminal_line(cell.message));
  }
  text += cells.empty() ? "\nno cell deviates, is broken, inconclusive or flaky\n"
                        : "\nneeds attention\n" + cells;
  text += "\ndepends on\n";
  std::size_t definitions = 0;
  for (const auto& input : run.inputs) {
    if (input.scope.starts_with("scenario ") && ++definitions) continue;
    text += fmt::format("  {:8} {}{}: {}\n", name(input.kind),
                        input.scope.empty() ? "" : terminal_line(input.scope) + ", ",
                        terminal_line(input.name), terminal_line(input.value));
  }
  if (definitions > 0)
    text += fmt::format("  {:8} the definitions of {}: --json has their hashes\n", "harness",
                        plural(definitions, "scenario"));
  return text;
}

std::string cell_text(const history::History& history, const CellId& cell,
                      const std::vector<history::CellLine>& lines) {
  if (lines.empty()) return "no run has the cell " + terminal_line(cell.str()) + "\n";
  auto text = terminal_line(cell.str()) + "\n";
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const auto& r = lines[i].result;
    text += fmt::format("  {}  {}  {}{}{}{}\n", lines[i].run, time_words(lines[i].started),
                        terminal_line(compare::outcome_words(r)), r.flaky ? ", flaky" : "",
                        r.from_run.empty() ? "" : ", unchanged since " + r.from_run,
                        r.message.empty() ? "" : ": " + terminal_line(r.message));
    if (i + 1 < lines.size() &&
        compare::classify(&lines[i + 1].result, &lines[i].result) != compare::Change::same)
      text += differences_text(history, cell, lines[i + 1].run, lines[i].run);
  }
  return text;
}

std::string cell_attempts_text(const history::RunLine& run, const CellId& cell,
                               const std::vector<Attempt>& attempts) {
  std::vector<const Attempt*> all;
  for (const auto& attempt : attempts) all.push_back(&attempt);
  auto text = fmt::format("{} in run {}, {}\n", terminal_line(cell.str()), run.id,
                          terminal_line(run.folder.string()));
  std::istringstream lines(attempts_text(all));
  for (std::string line; std::getline(lines, line);) text += terminal_line(line) + "\n";
  return text;
}

std::string flaky_text(const std::vector<history::FlakyLine>& lines) {
  if (lines.empty()) return "no cell was flaky\n";
  std::string text;
  for (const auto& line : lines)
    text += fmt::format("{}  in {}: {} passed after a failed attempt, {} changed without cause; last in {}\n",
                        terminal_line(line.cell.str()), plural(static_cast<std::size_t>(line.runs), "run"),
                        line.flaky, line.flips, line.last);
  return text;
}

nlohmann::json to_json(const history::RunLine& v) {
  return {{"run", v.id},
          {"matrix", v.matrix},
          {"started", iso8601(v.started)},
          {"ended", v.end == RunEnd::unfinished ? nlohmann::json() : nlohmann::json(iso8601(v.ended))},
          {"end", name(v.end)},
          {"headline", v.headline},
          {"exit_code", v.exit_code},
          {"cells", v.cells},
          {"passed", v.passed},
          {"failed", v.failed},
          {"flaky", v.flaky},
          {"tags", v.tags},
          {"signed", v.is_signed},
          {"folder", v.folder.empty() ? nlohmann::json() : nlohmann::json(v.folder.string())}};
}

nlohmann::json to_json(const history::CellLine& v) {
  auto j = compare::to_json(v.result);
  j["run"] = v.run;
  j["started"] = iso8601(v.started);
  return j;
}

nlohmann::json to_json(const history::FlakyLine& v) {
  return {{"cell", v.cell.str()}, {"runs", v.runs}, {"flaky", v.flaky}, {"flips", v.flips}, {"last", v.last}};
}

}  // namespace smx
