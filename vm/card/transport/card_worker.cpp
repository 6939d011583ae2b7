#include "vm/card/transport/card_worker.h"

#include <utility>

namespace smx::vm {

CardWorker::CardWorker(CardDevice& card, std::function<void()> done) : card_(card), done_(std::move(done)) {
  thread_ = std::thread([this] { run(); });
}

CardWorker::~CardWorker() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  card_.abandon();
  changed_.notify_all();
  thread_.join();
}

void CardWorker::add(unsigned session, CardTask task) {
  const std::lock_guard lock(mutex_);
  if (task.kind == CardTask::Kind::power_off) waiting_.clear();
  waiting_.push_back({session, std::move(task), {}});
  changed_.notify_all();
}

std::vector<CardWorker::Job> CardWorker::take_done() {
  const std::lock_guard lock(mutex_);
  return std::exchange(finished_, {});
}

void CardWorker::run() {
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [&] { return stop_ || !waiting_.empty(); });
    if (stop_) return;
    auto job = std::move(waiting_.front());
    waiting_.pop_front();
    lock.unlock();
    job.answer = perform(job.task);
    lock.lock();
    finished_.push_back(std::move(job));
    done_();
  }
}

Bytes CardWorker::perform(const CardTask& task) {
  if (task.kind == CardTask::Kind::command) return card_.transmit(task.command);
  card_.reset();
  const bool on = task.kind == CardTask::Kind::power_on;
  card_.note(on ? "card inserted" : "card removed");
  return on ? card_.atr() : Bytes{};
}

}  // namespace smx::vm
