#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <iostream>
#include <nlohmann/json.hpp>

#include "harness/app/execution.h"
#include "harness/app/run_history.h"
#include "harness/app/run_store.h"
#include "harness/cli/common_options.h"
#include "harness/cli/session.h"
#include "harness/core/clock.h"
#include "harness/core/error.h"
#include "harness/core/files.h"
#include "harness/core/text.h"
#include "harness/history/prune.h"
#include "harness/journal/copy_run.h"
#include "harness/journal/run_marks.h"
#include "reports/history/history_text.h"
#include "reports/json/json_text.h"

namespace smx::cli {
namespace {

namespace fs = std::filesystem;

struct ListArguments {
  app::FilterArguments filter;
  bool json = false;
};

void list(const ListArguments& args) {
  const auto runs = app::open_history()->runs(args.filter.parsed());
  if (!args.json) {
    std::cout << runs_text(runs);
    return;
  }
  nlohmann::json lines = nlohmann::json::array();
  for (const auto& run : runs) lines.push_back(smx::to_json(run));
  std::cout << json_text(std::move(lines));
}

fs::path runs_folder() {
  return app::run_store().folder("").parent_path();
}

std::optional<std::string> owner_of(const history::History& history, const std::string& tag) {
  for (const auto& run : history.runs({}))
    for (const auto& known : run.tags)
      if (known == tag) return run.id;
  return std::nullopt;
}

// ---- import ------------------------------------------------------------------------------------

struct ImportArguments {
  std::vector<fs::path> folders;
  bool anew = false;
};

/// Folders of runs at `place` or below it, as CI's artifacts have them.
std::vector<fs::path> runs_below(const fs::path& place) {
  std::error_code error;
  if (!fs::is_directory(place, error)) throw Error(ErrorKind::usage, place.string() + " is not a folder");
  std::vector<fs::path> found;
  if (fs::exists(place / "journal.db", error)) return {place};
  for (fs::recursive_directory_iterator it(place, fs::directory_options::skip_permission_denied, error), end;
       !error && it != end; it.increment(error))
    if (it->path().filename() == "journal.db") found.push_back(it->path().parent_path());
  if (error)
    throw Error(ErrorKind::environment, place.string() + " cannot be read to its end: " + error.message());
  if (found.empty())
    throw Error(ErrorKind::usage, place.string() + " holds no run: there is no journal.db in it or below it");
  return found;
}

/// Takes over what another machine made of the run, as far as it says nothing else than this one: a baseline
/// here stays the run that it is.
void take_marks(const history::History& history, const fs::path& from, const fs::path& folder) {
  std::error_code error;
  if (!fs::is_regular_file(fs::symlink_status(from / "marks.json", error))) return;
  journal::RunMarks marks;
  try {
    marks = journal::read_marks(from);
  } catch (const Error& e) {
    std::cerr << "  its marks are left out: " << e.what() << "\n";
    return;
  }
  for (const auto& tag : marks.tags) {
    const auto owner = history::is_tag(tag) ? owner_of(history, tag) : std::nullopt;
    if (history::is_tag(tag) && (!owner || folder.filename() == *owner))
      journal::add_tag(folder, tag);
    else
      std::cerr << "  its tag " << one_line(tag, 64) << " is left out"
                << (owner ? ": here that is run " + *owner : std::string()) << "\n";
  }
  for (const auto& mark : marks.signed_as) journal::mark_signed(folder, mark);
  if (marks.exit_code) journal::mark_exit_code(folder, *marks.exit_code);
}

void import_one(history::History& history, const fs::path& from, const CancelToken& cancel) {
  const auto copied = journal::copy_run(from, runs_folder(), cancel);
  take_marks(history, from, copied.folder);
  std::cout << "imported " << app::import_run(history, copied.folder) << " from " << from.string() << "\n";
  for (const auto& piece : copied.missing)
    std::cerr << "  missing, or not what its hash says: " << one_line(piece, 300) << "\n";
}

int import_runs(const ImportArguments& args, Session& session) {
  if (args.anew)
    for (const char* end : {"", "-wal", "-shm"}) fs::remove(app::history_file().string() + end);
  const auto history = app::open_history();
  int exit_code = 0;
  for (const auto& place : args.folders)
    for (const auto& from : runs_below(place)) {
      try {
        import_one(*history, from, session.cancel);
      } catch (const Error& e) {
        // One shard that cannot be read must not keep the others out.
        if (e.kind() != ErrorKind::usage) throw;
        std::cerr << "not imported: " << e.what() << "\n";
        exit_code = 2;
      }
    }
  std::cout << "the history has " << plural(history->ids().size(), "run") << "\n";
  return exit_code;
}

// ---- tags --------------------------------------------------------------------------------------

/// The run's folder; a baseline whose evidence is gone is not a baseline.
fs::path folder_of(const history::History& history, const std::string& run) {
  const auto folder = history.line(run).folder;
  std::error_code error;
  if (folder.empty() || !fs::is_directory(folder, error))
    throw Error(ErrorKind::usage, "the folder of run " + run + " is gone, so it cannot be a baseline");
  return folder;
}

void refresh_marks(history::History& history, const std::string& run, const fs::path& folder) {
  const auto marks = journal::read_marks(folder);
  history.set_marks(run, marks.tags, !marks.signed_as.empty());
}

void take_tag_from(history::History& history, const std::string& run, const std::string& tag) {
  const auto folder = folder_of(history, run);
  journal::remove_tag(folder, tag);
  refresh_marks(history, run, folder);
}

void set_tag(const std::string& name, const std::string& tag) {
  history::check_tag(tag);
  const auto history = app::open_history();
  const auto run = history->find(name);
  const auto folder = folder_of(*history, run);
  if (const auto owner = owner_of(*history, tag); owner && *owner != run)
    take_tag_from(*history, *owner, tag);
  journal::add_tag(folder, tag);
  refresh_marks(*history, run, folder);
  std::cout << "run " << run << " is the baseline " << tag << "\n";
}

void remove_tag(const std::string& tag) {
  const auto history = app::open_history();
  const auto owner = owner_of(*history, tag);
  if (!owner) throw Error(ErrorKind::usage, "no run has the tag \"" + tag + "\"");
  take_tag_from(*history, *owner, tag);
  std::cout << "run " << *owner << " is the baseline " << tag << " no more\n";
}

// ---- prune -------------------------------------------------------------------------------------

constexpr const char* kPruned = ".pruned-";

struct PruneArguments {
  history::PrunePolicy policy;
  int days = 90;
  bool dry_run = false, forget = false;
};

void remove_folder(const fs::path& folder) {
  std::error_code error;
  fs::remove_all(folder, error);
  if (error) throw Error(ErrorKind::environment, folder.string() + " cannot be removed: " + error.message());
}

/// What a prune that was killed left half removed.
void remove_prune_leftovers(const fs::path& runs) {
  std::error_code error;
  std::vector<fs::path> left;
  for (const auto& entry : fs::directory_iterator(runs, error))
    if (entry.path().filename().string().starts_with(kPruned)) left.push_back(entry.path());
  for (const auto& folder : left) remove_folder(folder);
}

/// Whether the folder may go, and is gone. A run that a controller, a sign-off or a mark takes meanwhile
/// stays.
bool prune_folder(const fs::path& folder, bool dry_run) {
  const auto held = FileLock::try_take(folder / "lock");
  const auto marked = FileLock::try_take(folder / "marks.lock");
  // Whatever the history thinks, the run's own folder says whether it must stay.
  if (!held || !marked || journal::read_marks(folder).keeps()) return false;
  if (dry_run) return true;
  // Under another name first: what is half removed is not a run any more.
  const auto gone = folder.parent_path() / (kPruned + folder.filename().string());
  std::error_code error;
  fs::rename(folder, gone, error);
  if (error) throw Error(ErrorKind::environment, folder.string() + " cannot be removed: " + error.message());
  remove_folder(gone);
  return true;
}

void prune(PruneArguments args, Session& session) {
  args.policy.age = std::chrono::days(args.days);
  const auto history = app::open_history();
  if (!args.dry_run) remove_prune_leftovers(runs_folder());
  std::size_t pruned = 0;
  for (const auto& run :
       history::prunable(history->runs({}), args.policy, SystemClock().now(), history->carried_from())) {
    session.cancel.check();
    const auto folder = history->line(run).folder;
    std::error_code error;
    const bool there = fs::is_directory(folder, error);
    if (there && !prune_folder(folder, args.dry_run)) continue;
    if (there) {
      std::cout << (args.dry_run ? "would remove " : "removed ") << folder.string() << "\n";
      ++pruned;
    }
    if (!args.dry_run) args.forget ? history->remove(run) : history->forget_folder(run);
  }
  std::cout << plural(pruned, "run") << (args.dry_run ? " would go" : " gone") << "\n";
}

void add_import(CLI::App& history, Session& session) {
  auto args = std::make_shared<ImportArguments>();
  auto* command = history.add_subcommand(
      "import", "Take in runs of shards and other machines; copies their folders into this user's runs");
  command->add_option("FOLDER", args->folders, "A run's folder, or a folder with runs somewhere below it");
  command->add_flag("--anew", args->anew,
                    "Throw the index away first and make it again from the runs that are there");
  command->callback([args, &session] { session.exit_code = import_runs(*args, session); });
}

void add_tags(CLI::App& history) {
  auto run = std::make_shared<std::string>(), tag = std::make_shared<std::string>();
  auto* set = history.add_subcommand("tag", "Make a run a baseline: it is never pruned, and has this name");
  set->add_option("RUN", *run, "\"latest\", an id, the beginning of one, or another tag")->required();
  set->add_option("TAG", *tag, "Its name, such as release-4.2; taken from the run that had it")->required();
  set->callback([run, tag] { set_tag(*run, *tag); });
  auto* remove = history.add_subcommand("untag", "Take a tag from the run that has it");
  remove->add_option("TAG", *tag, "The tag")->required();
  remove->callback([tag] { remove_tag(*tag); });
}

void add_prune(CLI::App& history, Session& session) {
  auto args = std::make_shared<PruneArguments>();
  auto* command = history.add_subcommand("prune",
                                         "Remove the folders of old runs; never those of baselines, signed "
                                         "runs, and each matrix's latest good one");
  command->add_option("--keep", args->policy.keep, "The newest so many runs of each matrix stay")
      ->capture_default_str();
  command->add_option("--older-than", args->days, "Only runs older than this many days")
      ->capture_default_str()
      ->check(CLI::Range(0, 36500));
  command->add_flag("--forget", args->forget, "Forget what they showed, too (else it stays in the history)");
  command->add_flag("--dry-run", args->dry_run, "Only say what would go");
  command->callback([args, &session] { prune(*args, session); });
}

}  // namespace

void add_history(CLI::App& app, Session& session) {
  auto args = std::make_shared<ListArguments>();
  auto* command = app.add_subcommand("history", "List the runs, and keep them: import, baselines, pruning");
  add_filter_options(*command, args->filter, 20);
  command->add_flag("--json", args->json, "Write JSON");
  add_import(*command, session);
  add_tags(*command);
  add_prune(*command, session);
  command->require_subcommand(0, 1);
  command->callback([args, command] {
    if (command->get_subcommands().empty()) list(*args);
  });
}

}  // namespace smx::cli
