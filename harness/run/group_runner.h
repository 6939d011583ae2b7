#pragma once

#include <vector>

#include "harness/core/model/observation.h"
#include "harness/core/model/run_record.h"
#include "harness/core/types.h"
#include "harness/run/resources.h"

namespace smx::run {

class BootSession;
class Broadcaster;

/// Brings one boot group to its end: boots, tries every cell that has no deciding attempt yet, boots again
/// for those that need another try. Used by one thread.
class GroupRunner {
 public:
  /// `record` is read here only: what it already has of this group is not done again.
  GroupRunner(const Plan& plan, std::size_t index, const RunRecord& record, const Resources& resources,
              Broadcaster& tell, const CancelToken& cancel);

  /// Throws Cancelled.
  void run();

 private:
  struct Pending {
    const Cell* cell;
    int attempt;
  };

  std::vector<Pending> run_boot(const std::vector<Pending>& pending);
  std::vector<Pending> try_cells(BootSession& session, const std::vector<Pending>& pending);
  void record_boot_fault(const Observation& trouble, const std::vector<Pending>& pending,
                         std::vector<Pending>& again);
  Outcome attempt(const Pending& p, const std::function<Observation()>& observe);
  bool needs_more(const Pending& p, Outcome outcome) const;

  const Plan& plan_;
  const BootGroup& group_;
  std::size_t index_;
  const Resources& resources_;
  Broadcaster& tell_;
  const CancelToken& cancel_;
  std::string run_id_;
  std::vector<Pending> pending_;
  int boot_ = 1;
};

}  // namespace smx::run
