#include <fmt/format.h>

#include <chrono>
#include <cstdlib>

#include "harness/core/files.h"
#include "harness/signoff/bundle.h"
#include "harness/signoff/subjects.h"
#include "reports/signoff/sign_off_html.h"
#include "tests/unit/reports/sample_run.h"

// sign_off_bench [TARGETS [FOLDER]]: the PDF of a sign-off of TARGETS x 48 cells (21: 1008 cells), once of a
// run without findings, once with every covered cell deviating. With FOLDER the pages stay there, to be
// looked at.

namespace smx {
namespace {

double seconds_of(const std::function<void()>& action) {
  const auto start = std::chrono::steady_clock::now();
  action();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

void measure(const char* what, testing::RoutineRun& run, const std::filesystem::path& folder) {
  CancelToken cancel;
  SignOff sign_off{"Example minidriver",
                   "1.2",
                   run.record.ended,
                   "CN=R. Roe",
                   std::string(64, 'a'),
                   "2026-11-24",
                   {{"*", "qa@example.com", "measured, not signed"}},
                   signoff::subjects_of(run.record, run.evidence)};
  const auto html = folder / (std::string(what) + ".html"), pdf = folder / (std::string(what) + ".pdf");
  const double page =
      seconds_of([&] { write_file_atomically(html, sign_off_html(make_statement(run.input(), sign_off))); });
  const double print = seconds_of([&] { signoff::weasyprint(cancel)(html, pdf); });
  fmt::print("{}: {} cells, page {:.2f} s ({} KiB), PDF {:.1f} s ({} KiB)\n", what,
             run.record.plan.cells.size(), page, std::filesystem::file_size(html) / 1024, print,
             std::filesystem::file_size(pdf) / 1024);
}

}  // namespace
}  // namespace smx

int main(int argc, char** argv) {
  const int targets = argc > 1 ? std::atoi(argv[1]) : 21;
  const smx::TempDir temporary("/tmp", "smx-sign-off-bench-");
  const auto folder = argc > 2 ? std::filesystem::path(argv[2]) : temporary.path();
  smx::testing::RoutineRun run(targets);
  smx::measure("routine", run, folder);
  run.judgement.counts.clear();
  for (auto& cell : run.judgement.cells) {
    if (cell.verdict != smx::Verdict::not_covered) {
      cell.verdict = smx::Verdict::deviates;
      cell.reason = "failed (no-service), table says supported: the smart card service does not answer";
    }
    ++run.judgement.counts[cell.verdict];
  }
  smx::measure("deviating", run, folder);
}
