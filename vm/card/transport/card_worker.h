#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "vm/card/device/card_device.h"
#include "vm/card/transport/vsc_session.h"

namespace smx::vm {

/// A card's own thread, so that a card that takes its time, or hangs, does not block others: does one task
/// after another, and tells when one is done. Thread-safe.
class CardWorker {
 public:
  struct Job {
    unsigned session;  ///< the number that `add` was given
    CardTask task;
    Bytes answer;  ///< of a command the response, of a power-on the ATR
  };

  /// `card` outlives this. `done` is called from the worker's thread after each task; it must not call back.
  CardWorker(CardDevice& card, std::function<void()> done);
  /// Abandons the card, and what still waits.
  ~CardWorker();
  CardWorker(const CardWorker&) = delete;
  CardWorker& operator=(const CardWorker&) = delete;

  /// Does not block. A power-off drops what waits: no command reaches a card without power.
  void add(unsigned session, CardTask task);
  /// What was finished since the last call, in order.
  std::vector<Job> take_done();

 private:
  void run();
  Bytes perform(const CardTask& task);

  CardDevice& card_;
  const std::function<void()> done_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Job> waiting_;
  std::vector<Job> finished_;
  bool stop_ = false;
  std::thread thread_;
};

}  // namespace smx::vm
