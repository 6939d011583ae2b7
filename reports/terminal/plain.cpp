#include "reports/terminal/plain.h"

#include <fmt/format.h>

#include <algorithm>

#include "harness/core/text.h"
#include "reports/common/details.h"
#include "reports/terminal/style.h"

namespace smx {

void PlainProgress::line(const std::string& text) {
  const std::lock_guard lock(mutex_);
  out_ << terminal_line(text) << '\n' << std::flush;
}

void PlainProgress::run_started(const RunRecord& record, bool resumed) {
  const auto& cells = record.plan.cells;
  total_ = static_cast<std::size_t>(
      std::count_if(cells.begin(), cells.end(), [](const Cell& c) { return c.not_covered.empty(); }));
  for (const auto& attempt : record.attempts) done_.insert(attempt.cell);
  line(fmt::format("run {} {}: {} in {}", record.info.id, resumed ? "resumed" : "started",
                   plural(total_, "cell"), plural(record.plan.groups.size(), "boot group")));
}

void PlainProgress::boot_started(const BootGroup& group, int number) {
  line(fmt::format("{}: boot {}", group.id, number));
}

void PlainProgress::boot_phase(const BootGroup& group, const std::string& phase) {
  line(fmt::format("{}: {}", group.id, phase));
}

void PlainProgress::attempt_ended(const BootGroup&, const Attempt& attempt) {
  done_.insert(attempt.cell);
  line(fmt::format("[{}/{}] {}: {}", done_.size(), total_, attempt.cell.str(), attempt_line(attempt)));
}

void PlainProgress::boot_ended(const BootGroup& group, const Boot& boot) {
  const auto proof = [](const Proof& p) { return p.proven ? "proven" : "not proven"; };
  line(fmt::format("{}: boot {} ended after {}: mode {}, reader {}{}", group.id, boot.number,
                   duration_words(boot.ended - boot.started), proof(boot.mode), proof(boot.reader),
                   boot.trouble.empty() ? "" : "; " + boot.trouble));
}

void PlainProgress::run_ended(const RunRecord& record, const Judgement& judgement) {
  line(fmt::format("run {} {}: {}", record.info.id, end_words(record.end), judgement.headline));
}

}  // namespace smx
