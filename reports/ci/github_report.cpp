#include "reports/ci/github_report.h"

#include <fmt/format.h>

#include <algorithm>

#include "harness/compare/compare.h"
#include "harness/core/text.h"
#include "reports/common/appearance.h"
#include "reports/common/details.h"

namespace smx {
namespace {

constexpr std::size_t kMessage = 2000, kTitle = 300, kFile = 1000;  // bytes before escaping

std::string escaped(std::string_view text, bool property) {
  std::string out;
  for (const char c : text) {
    const bool escape = c == '%' || c == '\r' || c == '\n' || (property && (c == ':' || c == ','));
    out += escape ? fmt::format("%{:02X}", static_cast<unsigned char>(c)) : std::string(1, c);
  }
  return out;
}

std::string shown(std::string_view text, std::size_t limit) {
  return without_log_commands(sanitize_guest_text(text, limit));
}

std::string command(std::string_view kind, std::string_view title, std::string_view file,
                    std::string_view message) {
  return fmt::format("::{} title={},file={}::{}\n", kind, escaped(shown(title, kTitle), true),
                     escaped(shown(file, kFile), true), escaped(shown(message, kMessage), false));
}

bool is_error(Verdict verdict) {
  return verdict == Verdict::deviates || verdict == Verdict::control_broken;
}

std::string annotation(const ReportInput& input, const RecordIndex& index, std::size_t cell) {
  const auto& planned = input.record.plan.cells[cell];
  const auto& verdict = input.judgement.cells[cell];
  auto message = one_line(verdict.reason);
  for (const auto* attempt : index.attempts(planned.id)) message += "\n" + attempt_line(*attempt);
  return command(
      is_error(verdict.verdict) ? "error" : "warning",
      fmt::format("{}{}: {}", name(verdict.verdict), verdict.flaky ? ", flaky" : "", planned.id.str()),
      input.record.plan.matrix.file, message);
}

std::string notice(const ReportInput& input, std::size_t more_errors, std::size_t more_warnings) {
  const auto& record = input.record;
  auto message = one_line(input.judgement.headline);
  if (record.end != RunEnd::completed) message += fmt::format("\nThe run is {}.", end_words(record.end));
  if (input.comparison) message += "\n" + one_line(input.comparison->headline);
  message += "\n" + coverage_words(coverage(record.plan));
  if (more_errors + more_warnings > 0)
    message += fmt::format("\nNot shown here: {} and {}; see the run's report.html",
                           plural(more_errors, "more error"), plural(more_warnings, "more warning"));
  return command("notice", "safemode-matrix: run " + record.info.id, record.plan.matrix.file, message);
}

}  // namespace

std::string github_report(const ReportInput& input) {
  const RecordIndex index(input.record);
  std::string text;
  std::size_t errors = 0, warnings = 0;
  for (const auto cell : attention_cells(input.judgement)) {
    auto& count = is_error(input.judgement.cells[cell].verdict) ? errors : warnings;
    if (++count <= kAnnotations) text += annotation(input, index, cell);
  }
  for (const auto* change : further_changes(input)) {
    const bool regressed = change->change == compare::Change::regressed;
    if (++(regressed ? errors : warnings) > kAnnotations) continue;
    text += command(regressed ? "error" : "warning",
                    fmt::format("{}: {}", name(change->change), change->cell.str()),
                    input.record.plan.matrix.file, change_words(*change, input.comparison->baseline));
  }
  const auto beyond = [](std::size_t n) { return n - std::min(n, kAnnotations); };
  return text + notice(input, beyond(errors), beyond(warnings));
}

}  // namespace smx
