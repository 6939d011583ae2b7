#pragma once

#include <mutex>
#include <ostream>
#include <set>

#include "harness/core/model/judgement.h"
#include "harness/core/model/plan.h"
#include "harness/core/model/run_record.h"
#include "reports/terminal/progress_listener.h"

namespace smx {

/// One line an event, without colour or control sequences: for CI logs, pipes, NO_COLOR and dumb terminals.
/// Flushed line by line. Times are the record's, so what it writes is a function of what it is told.
class PlainProgress : public Progress {
 public:
  explicit PlainProgress(std::ostream& out) : out_(out) {}
  void run_started(const RunRecord& record, bool resumed) override;
  void boot_started(const BootGroup& group, int number) override;
  void boot_phase(const BootGroup& group, const std::string& phase) override;
  void attempt_ended(const BootGroup& group, const Attempt& attempt) override;
  void boot_ended(const BootGroup& group, const Boot& boot) override;
  void run_ended(const RunRecord& record, const Judgement& judgement) override;
  void note(const std::string& text) override { line(text); }

 private:
  void line(const std::string& text);

  std::mutex mutex_;
  std::ostream& out_;
  std::size_t total_ = 0;
  std::set<CellId> done_;
};

}  // namespace smx
