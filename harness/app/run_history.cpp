#include "harness/app/run_history.h"

#include <iostream>
#include <map>

#include "harness/app/inputs.h"
#include "harness/app/run_store.h"
#include "harness/core/error.h"
#include "harness/core/files.h"
#include "harness/core/text.h"
#include "harness/journal/journal.h"
#include "harness/journal/run_marks.h"
#include "harness/verdict/judge.h"
#include "reports/common/evidence_folder.h"

namespace smx::app {

namespace fs = std::filesystem;

fs::path history_file() {
  return state_home() / "history.db";
}

void import_run(history::History& history, const fs::path& folder, const RunRecord& record,
                const Judgement& judgement) {
  EvidenceFolder evidence(folder / "evidence");
  const auto marks = journal::read_marks(folder);
  auto summary = compare::summarize(record, judgement, evidence);
  // What was said then stands, whatever tables and waivers say now; what regressed counted there, too.
  if (marks.exit_code) summary.exit_code = *marks.exit_code;
  history.add(summary, folder);
  if (marks.keeps()) history.set_marks(record.info.id, marks.tags, !marks.signed_as.empty());
}

std::string import_run(history::History& history, const fs::path& folder) {
  const auto record = journal::read_run(folder);
  if (record.info.id != folder.filename())
    throw Error(ErrorKind::usage, folder.string() + " holds the run " + one_line(record.info.id, 64) +
                                      ": give the folder that name, or move it away");
  import_run(history, folder, record, verdict::judge(record, {}));
  return record.info.id;
}

namespace {

/// Whether the run has gone on since it was taken in: resumed, by a controller that died before it said so.
bool has_gone_on(const history::RunLine& known, const fs::path& folder) {
  if (known.end == RunEnd::completed) return false;
  const auto [end, ended] = journal::read_end(folder);
  return end != known.end || (ended && *ended != known.ended);
}

std::vector<fs::path> runs_to_take_in(const history::History& history) {
  std::map<std::string, history::RunLine> known;
  for (auto& line : history.runs({})) known[line.id] = std::move(line);
  const auto store = run_store();
  std::vector<fs::path> folders;
  for (const auto& id : store.list()) {
    const auto folder = store.folder(id);
    const auto it = known.find(id);
    if ((it == known.end() || has_gone_on(it->second, folder)) && !journal::is_held(folder))
      folders.push_back(folder);
  }
  return folders;
}

}  // namespace

std::unique_ptr<history::History> open_history() {
  constexpr std::size_t kAtOnce = 10;  // more take a while
  auto history = std::make_unique<history::History>(history_file());
  const auto folders = runs_to_take_in(*history);
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

}  // namespace smx::app
