#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <fstream>
#include <iostream>
#include <map>

#include "harness/app/judge_arguments.h"
#include "harness/app/run_comparison.h"
#include "harness/app/run_history.h"
#include "harness/cli/common_options.h"
#include "harness/cli/session.h"
#include "harness/core/error.h"
#include "harness/core/files.h"
#include "harness/core/model/model_json.h"
#include "harness/core/text.h"
#include "harness/journal/journal.h"
#include "harness/journal/run_store.h"
#include "harness/signoff/bundle.h"
#include "reports/ci/github_report.h"
#include "reports/ci/gitlab_report.h"
#include "reports/common/evidence_folder.h"
#include "reports/comparison/comparison_text.h"
#include "reports/files/report_files.h"
#include "reports/html/html_report.h"
#include "reports/json/json_report.h"
#include "reports/junit/junit_report.h"
#include "reports/markdown/markdown_report.h"
#include "reports/terminal/progress.h"
#include "reports/terminal/summary.h"

namespace smx::cli {
namespace {

struct ReportArguments {
  std::string run = "latest";
  std::string format, output, baseline;
  app::JudgeArguments judge;
  bool list = false, exit_code = false;
};

/// The completed runs that the history knows, so that not each of a thousand journals must be read.
std::map<std::string, std::string> matrices_of_completed() {
  std::map<std::string, std::string> matrices;
  try {
    for (const auto& line : app::open_history()->runs({}))
      if (line.end == RunEnd::completed) matrices[line.id] = line.matrix;
  } catch (const Error&) {
    // `history` says what is wrong with it; the journals are there.
  }
  return matrices;
}

void list_runs(const journal::RunStore& store) {
  const auto completed = matrices_of_completed();
  const auto show = [](const std::string& id, std::string_view state, const std::string& what) {
    fmt::print("{}  {:11}  {}\n", id, state, one_line(what, 500));
  };
  for (const auto& id : store.list()) {
    if (const auto it = completed.find(id); it != completed.end()) {
      show(id, name(RunEnd::completed), it->second);
      continue;
    }
    try {
      const auto record = journal::read_run(store.folder(id));
      const bool running = record.end == RunEnd::unfinished && !store.is_dead(id);
      show(id, running ? "running" : name(record.end), record.plan.matrix.name);
    } catch (const Error& e) {
      show(id, "unreadable", e.what());
    }
  }
}

struct Format {
  const char* name;
  std::string (*make)(const ReportInput&);
};

constexpr std::array<Format, 6> kFormats{{{"html", [](const ReportInput& i) { return html_report(i); }},
                                          {"json", json_report},
                                          {"junit", junit_report},
                                          {"markdown", markdown_report},
                                          {"github", github_report},
                                          {"gitlab", gitlab_report}}};

std::vector<std::string> format_names() {
  std::vector<std::string> names;
  for (const auto& format : kFormats) names.emplace_back(format.name);
  return names;
}

std::string make_report(const ReportInput& input, const std::string& format) {
  return std::find_if(kFormats.begin(), kFormats.end(), [&](const Format& f) { return f.name == format; })
      ->make(input);
}

/// A file is replaced in one piece; a device or a pipe is written to.
void write_output(const std::filesystem::path& path, const std::string& text) {
  std::error_code error;
  const auto status = std::filesystem::status(path, error);
  if (!std::filesystem::exists(status) || std::filesystem::is_regular_file(status)) {
    write_file_atomically(path, text);
    return;
  }
  std::ofstream out(path, std::ios::binary);
  out << text;
  out.close();
  if (!out) throw Error(ErrorKind::environment, path.string() + " cannot be written");
}

/// The comparison, and the exit code that it or its failure gives: a report must not be lost to the history.
std::pair<std::optional<compare::Comparison>, int> compared_with(const std::string& baseline,
                                                                 const std::string& run) {
  if (baseline.empty()) return {};
  try {
    auto comparison = app::compare_with(*app::open_history(), baseline, run);
    const int exit_code = comparison ? comparison->exit_code : 0;
    return {std::move(comparison), exit_code};
  } catch (const Error& e) {
    if (e.kind() == ErrorKind::internal) throw;
    std::cerr << "the run was not compared: " << e.what() << "\n";
    return {std::nullopt, exit_code_of(e.kind())};
  }
}

int report(const ReportArguments& args) {
  const journal::RunStore store(state_home() / "runs");
  if (args.list) {
    list_runs(store);
    return 0;
  }
  const auto folder = store.find(args.run);
  auto record = journal::read_run(folder);
  const auto judge_with = app::judge_options(args.judge, record);
  const auto judgement = verdict::judge(record, judge_with);
  EvidenceFolder evidence(folder / "evidence");
  const auto [comparison, compared] = compared_with(args.baseline, record.info.id);
  const ReportInput input{record, judgement, evidence, comparison ? &*comparison : nullptr};
  if (!args.format.empty()) {
    const auto text = make_report(input, args.format);
    if (args.output.empty() || args.output == "-")
      std::cout << text;
    else
      write_output(args.output, text);
  } else {
    // Another file in a bundle would be unsigned.
    if (!signoff::is_bundle(folder)) write_report_files(input, folder);
    std::cout << terminal_summary(input, style_of(STDOUT_FILENO), (folder / "report.html").string());
    if (comparison) std::cout << "\n" << comparison_text(*comparison, style_of(STDOUT_FILENO));
  }
  return args.exit_code ? app::worse_exit_code(judgement.exit_code, compared) : 0;
}

}  // namespace

void add_report(CLI::App& app, Session& session) {
  auto args = std::make_shared<ReportArguments>();
  auto* command = app.add_subcommand(
      "report",
      "Judge a run again, print it, and write its report.json, junit.xml, summary.md and report.html again");
  command->add_option("RUN", args->run, "\"latest\", an id, the beginning of one, or a run's folder")
      ->capture_default_str();
  auto* format =
      command
          ->add_option("--format", args->format,
                       "Write one report instead: html, json, junit, markdown (for a comment or a job's "
                       "summary), github (annotations of a workflow) or gitlab (Code Quality)")
          ->check(CLI::IsMember(format_names()));
  command->add_option("-o,--output", args->output, "File for --format (default, and -: standard output)")
      ->needs(format);
  command
      ->add_option("--baseline", args->baseline,
                   "Compare with \"latest-good\", a run or a tag, in the reports and the exit code")
      ->type_name("RUN");
  command->add_flag("--list", args->list, "List the runs, newest first");
  command->add_flag("--exit-code", args->exit_code, "End with the run's exit code instead of 0");
  add_judge_options(*command, args->judge);
  command->callback([args, &session] { session.exit_code = report(*args); });
}

}  // namespace smx::cli
