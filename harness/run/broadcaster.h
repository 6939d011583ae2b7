#pragma once

#include <mutex>
#include <string>
#include <vector>

#include "harness/core/model/run_record.h"
#include "harness/core/run_listener.h"

namespace smx::run {

/// Tells all listeners, one event at a time, and keeps the record that the events make. Thread-safe.
/// The record is updated before the listeners hear of it, and they hear in the order given: journal first.
class Broadcaster {
 public:
  Broadcaster(RunRecord& record, std::vector<RunListener*> listeners)
      : record_(record), listeners_(std::move(listeners)) {}

  void run_started(bool resumed) {
    tell([&](RunListener& l) { l.run_started(record_, resumed); });
  }
  void boot_started(const BootGroup& group, int number) {
    tell([&](RunListener& l) { l.boot_started(group, number); });
  }
  void boot_phase(const BootGroup& group, const std::string& phase) {
    tell([&](RunListener& l) { l.boot_phase(group, phase); });
  }
  void boot_proven(const BootGroup& group, const Boot& boot) {
    tell([&](RunListener& l) { l.boot_proven(group, boot); });
  }
  void attempt_started(const BootGroup& group, const Attempt& attempt) {
    tell([&](RunListener& l) { l.attempt_started(group, attempt); });
  }
  void attempt_ended(const BootGroup& group, const Attempt& attempt) {
    const std::lock_guard lock(mutex_);
    record_.attempts.push_back(attempt);
    for (auto* l : listeners_) l->attempt_ended(group, attempt);
  }
  void boot_ended(const BootGroup& group, const Boot& boot) {
    const std::lock_guard lock(mutex_);
    record_.boots.push_back(boot);
    for (auto* l : listeners_) l->boot_ended(group, boot);
  }

  void run_ended(const Judgement& judgement) {
    tell([&](RunListener& l) { l.run_ended(record_, judgement); });
  }

 private:
  template <class Event>
  void tell(Event event) {
    const std::lock_guard lock(mutex_);
    for (auto* l : listeners_) event(*l);
  }

  std::mutex mutex_;
  RunRecord& record_;
  std::vector<RunListener*> listeners_;
};

}  // namespace smx::run
