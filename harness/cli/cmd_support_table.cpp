#include <fmt/chrono.h>
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <iostream>
#include <nlohmann/json.hpp>

#include "harness/app/inputs.h"
#include "harness/cli/session.h"
#include "harness/core/clock.h"
#include "harness/core/error.h"
#include "harness/core/files.h"
#include "harness/core/model/model_json.h"
#include "harness/core/text.h"
#include "harness/journal/journal.h"
#include "harness/journal/run_store.h"
#include "harness/spec/load.h"
#include "harness/spec/support_tables.h"
#include "harness/verdict/judge.h"

namespace smx::cli {
namespace {

std::string known(const TableMark& m) {
  if (m.confirmed)
    return fmt::format("confirmed by {} on {}: {}", m.confirmed->by, m.confirmed->when, m.confirmed->source);
  return std::string(name(m.known));
}

void print_table(const SupportTable& table) {
  fmt::print("{}: {}, \"{}\"\napplies to: {}\n", table.id, table.document, table.section,
             fmt::join(table.applies_to, ", "));
  for (const auto& row : table.rows) {
    fmt::print("\n{:>2}  {} ({})\n", row_label(row.row), row.words, row.scenario);
    for (const auto& [mode, mark] : row.marks)
      fmt::print("      {}: {} ({})\n        {}\n", name(mode), name(mark.mark), known(mark), mark.why);
  }
  for (const auto& [mode, mark] : table.defaults)
    fmt::print("\nall rows in {}: {} ({})\n        {}\n", name(mode), name(mark.mark), known(mark), mark.why);
}

void add_show(CLI::App& parent) {
  auto* command = parent.add_subcommand("show", "Print a table: rows, marks, how each is known");
  auto table = std::make_shared<std::string>("windows-7-2008r2");
  auto json = std::make_shared<bool>(false);
  command->add_option("TABLE", *table, "A table's id or file")->capture_default_str();
  command->add_flag("--json", *json, "Write the table as JSON");
  command->callback([table, json] {
    const auto loaded = spec::load_support_table(app::find_table(*table));
    if (*json)
      std::cout << to_json(loaded).dump(2) << "\n";
    else
      print_table(loaded);
  });
}

void add_check(CLI::App& parent) {
  auto* command =
      parent.add_subcommand("check", "Check a table's file, and list what a reviewer should know");
  auto table = std::make_shared<std::string>("windows-7-2008r2");
  command->add_option("TABLE", *table, "A table's id or file")->capture_default_str();
  command->callback([table] {
    const auto loaded = spec::load_support_table(app::find_table(*table));
    const auto notes = spec::check_support_table(loaded, app::installed_catalogue());
    for (const auto& note : notes) fmt::print("{}\n", note);
    fmt::print("{}: the file is right; {}\n", loaded.id,
               notes.empty() ? "nothing to note" : plural(notes.size(), "note"));
  });
}

void add_confirm(CLI::App& parent) {
  struct Arguments {
    std::string row, mark, by, source, table = "windows-7-2008r2", mode = "safe-networking", date;
  };
  auto args = std::make_shared<Arguments>();
  auto* command = parent.add_subcommand(
      "confirm", "Write down beside the table that a person has confirmed a mark: who, when, read where");
  command->add_option("ROW", args->row, "The row's number or its scenario")->required();
  command->add_option("MARK", args->mark, "supported or not-supported")->required();
  command->add_option("--by", args->by, "Who confirms")->required()->type_name("NAME");
  command->add_option("--source", args->source, "Where it was read")->required()->type_name("TEXT");
  command->add_option("--table", args->table, "A table's id or file")->capture_default_str();
  command->add_option("--mode", args->mode, "The boot mode")->capture_default_str();
  command->add_option("--date", args->date, "When, as YYYY-MM-DD (default: today)");
  command->callback([args] {
    const auto mark = parse_mark(args->mark);
    if (!mark)
      throw Error(ErrorKind::usage, "\"" + args->mark + "\" is not a mark; use supported or not-supported");
    const auto mode = parse_boot_mode(args->mode);
    if (!mode) throw Error(ErrorKind::usage, "\"" + args->mode + "\" is not a boot mode");
    const auto date = args->date.empty() ? iso8601(SystemClock().now()).substr(0, 10) : args->date;
    const auto path = app::find_table(args->table);
    spec::confirm_mark(path, args->row, *mark, args->by, args->source, date, *mode);
    const bool number = args->row.find_first_not_of("0123456789") == std::string::npos;
    fmt::print("{}{} of {} in {} is confirmed as {} by {}\n", number ? "row " : "", args->row,
               path.stem().string(), name(*mode), name(*mark), args->by);
  });
}

void add_new(CLI::App& parent) {
  struct Arguments {
    std::string from, owner, id, output;
  };
  auto args = std::make_shared<Arguments>();
  auto* command =
      parent.add_subcommand("new", "Propose a table from what a run showed, each mark to be reviewed");
  command->add_option("--from", args->from, "The run: \"latest\", an id or a folder")
      ->required()
      ->type_name("RUN");
  command->add_option("--owner", args->owner, "Who answers for the table")->required()->type_name("NAME");
  command->add_option("--id", args->id, "The new table's id")->required();
  command->add_option("-o,--output", args->output, "File to write (default: standard output)")
      ->type_name("FILE");
  command->callback([args] {
    const journal::RunStore store(state_home() / "runs");
    const auto table = spec::propose_table(journal::read_run(store.find(args->from)), args->owner, args->id);
    const auto text = spec::support_table_text(table);
    if (args->output.empty()) {
      std::cout << text;
      return;
    }
    if (std::filesystem::exists(args->output))
      throw Error(ErrorKind::usage, args->output + " is there already");
    write_file_atomically(args->output, text);
    fmt::print("{}: {}; review each before you rely on it\n", args->output,
               plural(table.rows.size(), "proposed row"));
  });
}

}  // namespace

void add_support_table(CLI::App& app, Session&) {
  auto* command =
      app.add_subcommand("support-table", "The documented support tables: show, check, confirm, propose");
  command->require_subcommand(1);
  add_show(*command);
  add_check(*command);
  add_confirm(*command);
  add_new(*command);
}

}  // namespace smx::cli
