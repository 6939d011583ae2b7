#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <iostream>

#include "harness/app/execution.h"
#include "harness/app/inputs.h"
#include "harness/app/run_assembly.h"
#include "harness/app/run_store.h"
#include "harness/cli/common_options.h"
#include "harness/cli/session.h"
#include "harness/core/error.h"
#include "harness/signoff/bundle.h"

namespace smx::cli {
namespace {

struct RunArguments {
  std::string matrix = "reference";
  std::vector<std::string> only;
  int attempts = 0;
  app::ExecutionArguments execution;
};

int run(const RunArguments& args, Session& session) {
  const auto store = app::run_store();
  auto record = app::begin_run(app::plan_matrix({args.matrix, args.only, args.execution.judge.tables,
                                                 args.execution.slots, args.attempts}),
                               store);
  const auto folder = store.folder(record.info.id);
  return app::execute(
      std::move(record), folder, args.execution, session.cancel,
      [&] { return std::make_unique<journal::Journal>(folder); }, false);
}

struct ResumeArguments {
  std::string run = "latest";
  app::ExecutionArguments execution;
};

int resume(const ResumeArguments& args, Session& session) {
  const auto folder = app::run_store().find(args.run);
  if (signoff::is_bundle(folder))
    throw Error(ErrorKind::usage,
                folder.string() + " is a sign-off bundle; nothing is ever written into one");
  journal::read_run(folder);  // says what is wrong with a folder before anything is changed in it
  auto journal = std::make_unique<journal::Journal>(folder);
  journal->abandon_unfinished();
  auto record = journal::read_run(folder);
  if (record.end == RunEnd::completed)
    std::cerr << "run " << record.info.id << " is complete; there is nothing to resume\n";
  return app::execute(
      std::move(record), folder, args.execution, session.cancel, [&] { return std::move(journal); }, true);
}

}  // namespace

void add_run(CLI::App& app, Session& session) {
  auto args = std::make_shared<RunArguments>();
  auto* command = app.add_subcommand("run", "Run a matrix: boot, prove, check, compare, report");
  command->add_option("MATRIX", args->matrix, "A matrix file, or the name of an installed one")
      ->capture_default_str();
  command->add_option("--only", args->only, "Only cells whose id matches; * matches anything")
      ->type_name("GLOB");
  command
      ->add_option("--attempts", args->attempts, "Tries at a cell that should pass (default: the matrix's)")
      ->check(CLI::Range(1, 5));
  command->add_flag(
      "--if-changed", args->execution.if_changed,
      "Leave out cells that were as they should be when they were last run, and for which nothing has "
      "changed since: image, drivers, card, reader, support table, harness, host");
  add_execution_options(*command, args->execution);
  command->callback([args, &session] { session.exit_code = run(*args, session); });
}

void add_resume(CLI::App& app, Session& session) {
  auto args = std::make_shared<ResumeArguments>();
  auto* command = app.add_subcommand("resume", "Run what an interrupted or crashed run has not done yet");
  command->add_option("RUN", args->run, "\"latest\", an id, the beginning of one, or a run's folder")
      ->capture_default_str();
  add_execution_options(*command, args->execution);
  command->callback([args, &session] { session.exit_code = resume(*args, session); });
}

}  // namespace smx::cli
