#include "harness/cli/run_history.h"

#include <CLI/CLI.hpp>
#include <iostream>

#include "harness/cli/execution.h"
#include "harness/cli/inputs.h"
#include "harness/core/error.h"
#include "harness/core/files.h"
#include "harness/core/text.h"
#include "harness/journal/run_marks.h"
#include "harness/verdict/judge.h"
#include "reports/evidence_folder.h"

namespace smx::cli {

namespace fs = std::filesystem;

fs::path history_file() {
  return state_home() / "history.db";
}

void import_run(history::History& history, const fs::path& folder, const RunRecord& record,
                const Judgement& judgement) {
  EvidenceFolder evidence(folder / "evidence");
  const auto marks = journal::read_marks(folder);
  history.add(compare::summarize(record, judgement, evidence), folder);
  if (marks.any()) history.set_marks(record.info.id, marks.tags, !marks.signed_as.empty());
}

std::string import_run(history::History& history, const fs::path& folder) {
  const auto record = journal::read_run(folder);
  import_run(history, folder, record, verdict::judge(record, {}));
  return record.info.id;
}

std::unique_ptr<history::History> open_history() {
  constexpr std::size_t kAtOnce = 10;  // more take a while
  auto history = std::make_unique<history::History>(history_file());
  const auto known = history->ids();
  const auto store = run_store();
  std::vector<fs::path> folders;
  for (const auto& id : store.list())
    if (!known.contains(id) && !journal::is_held(store.folder(id))) folders.push_back(store.folder(id));
  if (folders.size() > kAtOnce)
    std::cerr << "taking " << plural(folders.size(), "run") << " into the history\n";
  for (const auto& folder : folders) {
    try {
      import_run(*history, folder);
    } catch (const Error& e) {
      if (e.kind() == ErrorKind::environment) throw;
      std::cerr << "not in the history: " << e.what() << "\n";
    }
  }
  return history;
}

history::Filter FilterArguments::parsed() const {
  auto parsed = filter;
  if (!since.empty()) parsed.since = parse_as_of(since);
  // A day is meant to its end.
  if (!until.empty())
    parsed.until = parse_as_of(until) + (until.size() == 10 ? std::chrono::days(1) : std::chrono::days(0));
  return parsed;
}

void add_filter_options(CLI::App& command, FilterArguments& args, std::size_t limit) {
  auto& filter = args.filter;
  filter.limit = limit;
  command.add_option("--matrix", filter.matrix, "Only runs of this matrix, by its name")->type_name("NAME");
  command.add_option("--target", filter.target, "Only cells of these targets; * matches anything")
      ->type_name("GLOB");
  command
      .add_option("--mode", filter.mode, "Only cells of these boot modes: normal, safe-networking, safe-*")
      ->type_name("GLOB");
  command.add_option("--reader", filter.reader, "Only cells of these readers")->type_name("GLOB");
  command.add_option("--scenario", filter.scenario, "Only cells of these scenarios")->type_name("GLOB");
  command
      .add_option("--driver", filter.driver,
                  "Only runs whose guests had such a driver: a part of its name, version or hash")
      ->type_name("TEXT");
  command.add_option("--since", args.since, "Only runs that began on this day or later")->type_name("DATE");
  command.add_option("--until", args.until, "Only runs that began on this day or earlier")->type_name("DATE");
  command.add_option("--limit", filter.limit, "The newest so many runs; 0: all")
      ->capture_default_str()
      ->check(CLI::Range(0, 1000000));
}

}  // namespace smx::cli
