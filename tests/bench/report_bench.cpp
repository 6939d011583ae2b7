#include <fmt/format.h>

#include <chrono>
#include <fstream>

#include "reports/html/html_report.h"
#include "reports/json/json_report.h"
#include "reports/junit/junit_report.h"
#include "reports/markdown/markdown_report.h"
#include "tests/unit/reports/big_run.h"

// Sizes of the reports of 10,032 cells, and how long they take to make. Writes the page where its argument
// says, to be opened in a browser (scripts/bench does).

namespace smx {
namespace {

void measure(const char* name, std::string (*make)(const ReportInput&), const ReportInput& input) {
  const auto started = std::chrono::steady_clock::now();
  const auto text = make(input);
  const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - started;
  fmt::print("{:8}  {:8.1f} KiB  {:6.0f} ms\n", name, static_cast<double>(text.size()) / (1 << 10),
             took.count());
}

}  // namespace
}  // namespace smx

int main(int argc, char** argv) {
  auto run = smx::testing::big_run();
  const auto input = run.input();
  smx::measure(
      "html", [](const smx::ReportInput& i) { return smx::html_report(i); }, input);
  smx::measure("json", smx::json_report, input);
  smx::measure("junit", smx::junit_report, input);
  smx::measure("markdown", smx::markdown_report, input);
  if (argc < 2) return 0;
  std::ofstream page(argv[1], std::ios::binary);
  page << smx::html_report(input);
  return page.flush() ? 0 : 1;
}
