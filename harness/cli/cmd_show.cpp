#include <CLI/CLI.hpp>
#include <algorithm>
#include <iostream>
#include <nlohmann/json.hpp>

#include "harness/app/run_history.h"
#include "harness/cli/common_options.h"
#include "harness/cli/session.h"
#include "harness/compare/compare_json.h"
#include "harness/core/error.h"
#include "harness/core/model/model_json.h"
#include "harness/journal/journal.h"
#include "reports/history/history_text.h"
#include "reports/json/json_text.h"

namespace smx::cli {
namespace {

struct ShowArguments {
  std::string what, cell;
  app::FilterArguments filter;
  bool json = false;
};

CellId parse_cell(const std::string& text) {
  std::vector<std::string> parts;
  std::size_t from = 0;
  for (auto slash = text.find('/'); slash != text.npos; slash = text.find('/', from)) {
    parts.push_back(text.substr(from, slash - from));
    from = slash + 1;
  }
  parts.push_back(text.substr(from));
  const auto mode = parts.size() == 4 ? parse_boot_mode(parts[1]) : std::nullopt;
  if (!mode)
    throw Error(ErrorKind::usage, "\"" + text + "\" is not a cell; cells are target/mode/reader/scenario");
  return {parts[0], *mode, parts[2], parts[3]};
}

void show_cell(const ShowArguments& args, const history::History& history) {
  const auto cell = parse_cell(args.what);
  const auto lines = history.of_cell(cell, args.filter.parsed());
  if (!args.json) {
    std::cout << cell_text(history, cell, lines);
    return;
  }
  nlohmann::json all = nlohmann::json::array();
  for (const auto& line : lines) all.push_back(smx::to_json(line));
  std::cout << json_text(std::move(all));
}

/// Its attempts with every check and where the evidence is, out of the run's journal.
void show_attempts(const history::RunLine& run, const CellId& cell, bool json) {
  if (run.folder.empty()) throw Error(ErrorKind::usage, "the evidence of run " + run.id + " was pruned");
  const auto record = journal::read_cell(run.folder, cell);
  if (record.attempts.empty())
    throw Error(ErrorKind::usage, "run " + run.id + " did not run the cell " + cell.str());
  if (!json) {
    std::cout << cell_attempts_text(run, cell, record.attempts);
    return;
  }
  nlohmann::json attempts = nlohmann::json::array();
  for (const auto& attempt : record.attempts) attempts.push_back(smx::to_json(attempt));
  std::cout << json_text(
      {{"run", run.id}, {"folder", run.folder.string()}, {"attempts", std::move(attempts)}});
}

void show(const ShowArguments& args) {
  const auto history = app::open_history();
  if (args.what.find('/') != std::string::npos) return show_cell(args, *history);
  const auto run = history->find(args.what);
  const auto line = history->line(run);
  if (!args.cell.empty()) return show_attempts(line, parse_cell(args.cell), args.json);
  const auto summary = history->summary(run);
  if (!args.json) {
    std::cout << run_text(line, summary);
    return;
  }
  auto j = compare::to_json(summary);
  j["tags"] = line.tags;
  j["signed"] = line.is_signed;
  j["folder"] = line.folder.empty() ? nlohmann::json() : nlohmann::json(line.folder.string());
  std::cout << json_text(std::move(j));
}

}  // namespace

void add_show(CLI::App& app, Session&) {
  auto args = std::make_shared<ShowArguments>();
  auto* command = app.add_subcommand(
      "show", "Show a run (what it depended on, what needs attention) or a cell (in one run after another)");
  command
      ->add_option("WHAT", args->what,
                   "A run: \"latest\", an id, the beginning of one, a tag; or a cell's id")
      ->required();
  command->add_option("CELL", args->cell,
                      "With a run: the attempts at this cell, with every check and the evidence");
  add_filter_options(*command, args->filter, 50);
  command->add_flag("--json", args->json, "Write JSON");
  command->callback([args] { show(*args); });
}

void add_flaky(CLI::App& app, Session&) {
  auto args = std::make_shared<ShowArguments>();
  auto* command = app.add_subcommand(
      "flaky", "List cells that passed after a failed attempt, or changed from run to run without a cause");
  add_filter_options(*command, args->filter, 0);
  command->add_flag("--json", args->json, "Write JSON");
  command->callback([args] {
    const auto lines = app::open_history()->flaky(args->filter.parsed());
    if (!args->json) {
      std::cout << flaky_text(lines);
      return;
    }
    nlohmann::json all = nlohmann::json::array();
    for (const auto& line : lines) all.push_back(smx::to_json(line));
    std::cout << json_text(std::move(all));
  });
}

}  // namespace smx::cli
