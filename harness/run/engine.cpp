#include "harness/run/engine.h"

#include <algorithm>
#include <atomic>
#include <exception>
#include <thread>

#include "harness/core/error.h"
#include "harness/run/broadcaster.h"
#include "harness/run/group_runner.h"

namespace smx::run {
namespace {

/// Takes groups until there are none, the run is cancelled or another worker met an error.
class Workers {
 public:
  Workers(std::vector<GroupRunner>& groups, CancelToken& stop) : groups_(groups), stop_(stop) {}

  void run(std::size_t count) {
    {
      std::vector<std::jthread> threads;
      for (std::size_t i = 0; i < std::min(count, groups_.size()); ++i)
        threads.emplace_back([this] { work(); });
    }
    if (error_) std::rethrow_exception(error_);
  }

 private:
  void work() {
    try {
      for (auto i = next_++; i < groups_.size(); i = next_++) groups_[i].run();
    } catch (const Cancelled&) {
      // The run ends as interrupted; what was begun stays without an end and is run again by `resume`.
    } catch (...) {
      const std::lock_guard lock(mutex_);
      if (!error_) error_ = std::current_exception();
      stop_.cancel();
    }
  }

  std::vector<GroupRunner>& groups_;
  CancelToken& stop_;
  std::atomic<std::size_t> next_{0};
  std::mutex mutex_;
  std::exception_ptr error_;
};

}  // namespace

Judgement run_plan(RunRecord& record, const Resources& resources, const std::vector<RunListener*>& listeners,
                   const CancelToken& cancel, bool resumed,
                   const std::function<Judgement(const RunRecord&)>& judge) {
  CancelToken stop;
  const CancelCallback chained(cancel, [&stop] { stop.cancel(); });
  Broadcaster broadcaster(record, listeners);
  broadcaster.run_started(resumed);
  std::vector<GroupRunner> groups;
  for (std::size_t i = 0; i < record.plan.groups.size(); ++i)
    groups.emplace_back(record.plan, i, record, resources, broadcaster, stop);
  Workers(groups, stop).run(std::max<std::size_t>(resources.slots, 1));
  record.end = cancel.cancelled() ? RunEnd::interrupted : RunEnd::completed;
  record.ended = resources.clock.now();
  auto judgement = judge(record);
  broadcaster.run_ended(judgement);
  return judgement;
}

}  // namespace smx::run
