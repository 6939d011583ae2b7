#include "tests/unit/report_safety/formats.h"

#include <nlohmann/json.hpp>
#include <sstream>

#include "harness/compare/compare_json.h"
#include "reports/ci/github_report.h"
#include "reports/ci/gitlab_report.h"
#include "reports/comparison/comparison_text.h"
#include "reports/history/history_text.h"
#include "reports/html/html_report.h"
#include "reports/json/json_report.h"
#include "reports/json/json_text.h"
#include "reports/junit/junit_report.h"
#include "reports/markdown/markdown_report.h"
#include "reports/signoff/sign_off_html.h"
#include "reports/signoff/sign_off_json.h"
#include "reports/terminal/live.h"
#include "reports/terminal/plain.h"
#include "reports/terminal/summary.h"
#include "tests/unit/reports/sign_off_sample.h"

namespace smx::testing {
namespace {

constexpr std::size_t kKiB = 1u << 10, kMiB = 1u << 20;

/// Tells a listener the whole run again.
void replay(Progress& progress, const SampleRun& run, const std::string& phase) {
  auto start = run.record;
  start.attempts.clear();
  progress.run_started(start, false);
  for (const auto& group : run.record.plan.groups) {
    progress.boot_started(group, 1);
    progress.boot_phase(group, phase);
    for (const auto& attempt : run.record.attempts) {
      if (attempt.group != group.id) continue;
      progress.attempt_started(group, attempt);
      progress.attempt_ended(group, attempt);
    }
    for (const auto& boot : run.record.boots)
      if (boot.group == group.id) progress.boot_ended(group, boot);
  }
  progress.note(phase);
  progress.run_ended(run.record, run.judgement);
}

std::string plain_progress(SampleRun& run, const std::string& phase) {
  std::ostringstream out;
  PlainProgress progress(out);
  replay(progress, run, phase);
  return out.str();
}

std::string live_progress(SampleRun& run, const std::string& phase, TerminalSize size) {
  std::ostringstream out;
  LiveMatrix::SteadyTime now{};
  LiveMatrix live({out,
                   {true, true, size.columns},
                   [=] { return size; },
                   [&now] { return now += std::chrono::seconds(1); }});
  replay(live, run, phase);
  return out.str();
}

std::string summary(SampleRun& run, const TerminalStyle& style) {
  return terminal_summary(run.input(), style, "/runs/1/report.html");
}

history::RunLine line_of(const SampleRun& run) {
  history::RunLine line;
  line.id = run.record.info.id;
  line.matrix = run.record.plan.matrix.name;
  line.headline = run.judgement.headline;
  return line;
}

std::string history_of_run(SampleRun& run, const std::string&) {
  return run_text(line_of(run), compare::summarize(run.record, run.judgement, run.evidence));
}

/// Exceptions are the QA lead's own words, and so not hostile.
std::string sign_off_page(SampleRun& run, const std::string&) {
  const auto sign_off = sample_sign_off();
  const auto input = run.input();
  return sign_off_html(make_statement(input, sign_off));
}

std::string sign_off_data(SampleRun& run, const std::string&) {
  const auto sign_off = sample_sign_off();
  const auto input = run.input();
  return sign_off_json(make_statement(input, sign_off));
}

using Phase = const std::string&;

}  // namespace

const std::vector<Format>& formats() {
  static const std::vector<Format> all{
      {"terminal", Judge::terminal, 256 * kKiB,
       [](SampleRun& r, Phase) {
         return summary(r, {false, true, 100});
       }},
      {"terminal-colour", Judge::terminal, 256 * kKiB,
       [](SampleRun& r, Phase) {
         return summary(r, {true, true, 100});
       }},
      {"terminal-narrow", Judge::terminal, 256 * kKiB,
       [](SampleRun& r, Phase) {
         return summary(r, {false, false, 40});
       }},
      {"plain-progress", Judge::terminal, 256 * kKiB, plain_progress},
      {"live", Judge::live, 512 * kKiB,
       [](SampleRun& r, Phase p) {
         return live_progress(r, p, {100, 40});
       }},
      {"live-low", Judge::live, 512 * kKiB,
       [](SampleRun& r, Phase p) {
         return live_progress(r, p, {40, 8});
       }},
      {"json", Judge::json, 16 * kMiB, [](SampleRun& r, Phase) { return json_report(r.input()); }},
      {"junit", Judge::xml, 4 * kMiB, [](SampleRun& r, Phase) { return junit_report(r.input()); }},
      {"html", Judge::html, 10 * kMiB, [](SampleRun& r, Phase) { return html_report(r.input()); }},
      {"markdown", Judge::markdown, kMarkdownLimit,
       [](SampleRun& r, Phase) { return markdown_report(r.input()); }},
      {"github", Judge::github, 256 * kKiB, [](SampleRun& r, Phase) { return github_report(r.input()); }},
      {"gitlab", Judge::json, 256 * kKiB, [](SampleRun& r, Phase) { return gitlab_report(r.input()); }},
      {"comparison", Judge::terminal, 64 * kKiB,
       [](SampleRun& r, Phase) {
         return comparison_text(*r.comparison, {true, true, 100});
       }},
      {"history-run", Judge::terminal, 256 * kKiB, history_of_run},
      {"sign-off-page", Judge::html, 10 * kMiB, sign_off_page},
      {"sign-off-json", Judge::json, 16 * kMiB, sign_off_data},
      {"history-attempts", Judge::terminal, 512 * kKiB,
       [](SampleRun& r, Phase) {
         return cell_attempts_text(line_of(r), r.record.attempts.front().cell, r.record.attempts);
       }},
      {"comparison-json", Judge::json, 16 * kMiB,
       [](SampleRun& r, Phase) { return json_text(compare::to_json(*r.comparison)); }},
      {"history-list", Judge::terminal, 64 * kKiB,
       [](SampleRun& r, Phase) { return runs_text({line_of(r)}); }},
  };
  return all;
}

}  // namespace smx::testing
