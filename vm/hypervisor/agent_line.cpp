#include "vm/hypervisor/agent_line.h"

#include <utility>

#include "harness/core/error.h"

namespace smx::vm {

AgentLine::AgentLine(Call call, const CancelToken& cancel)
    : call_(std::move(call)), cancel_(cancel), thread_([this] { run(); }) {}

AgentLine::~AgentLine() {
  {
    std::lock_guard lock(mutex_);
    closed_ = stop_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

std::optional<std::string> AgentLine::ask(const std::string& request, Milliseconds limit) {
  const auto deadline = std::chrono::steady_clock::now() + limit;
  CancelCallback wake(cancel_, [this] {
    std::lock_guard lock(mutex_);
    changed_.notify_all();
  });
  std::unique_lock lock(mutex_);
  const auto interrupted = [&] { return closed_ || cancel_.cancelled(); };
  // An abandoned call may still be in progress.
  changed_.wait_until(lock, deadline, [&] { return interrupted() || stage_ == Stage::idle; });
  if (!interrupted() && stage_ == Stage::idle) {
    request_ = request;
    limit_ = limit;
    stage_ = Stage::posted;
    changed_.notify_all();
    changed_.wait_until(lock, deadline, [&] { return interrupted() || stage_ == Stage::answered; });
    if (stage_ == Stage::answered) {
      stage_ = Stage::idle;
      if (error_) std::rethrow_exception(std::exchange(error_, nullptr));
      return std::exchange(answer_, std::nullopt);
    }
    if (stage_ == Stage::posted) stage_ = Stage::idle;
    if (stage_ == Stage::calling) abandoned_ = true;
  }
  cancel_.check();
  if (closed_) throw Error(ErrorKind::guest, "the guest's machine has ended");
  return std::nullopt;
}

void AgentLine::close() {
  std::lock_guard lock(mutex_);
  closed_ = true;
  changed_.notify_all();
}

void AgentLine::run() {
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [&] { return stop_ || stage_ == Stage::posted; });
    if (stop_) return;
    stage_ = Stage::calling;
    const std::string request = std::move(request_);
    const Milliseconds limit = limit_;
    lock.unlock();
    std::optional<std::string> answer;
    std::exception_ptr error;
    try {
      answer = call_(request, limit);
    } catch (...) {
      error = std::current_exception();  // rethrown to the caller
    }
    lock.lock();
    if (std::exchange(abandoned_, false)) {
      stage_ = Stage::idle;
    } else {
      answer_ = std::move(answer);
      error_ = error;
      stage_ = Stage::answered;
    }
    changed_.notify_all();
  }
}

}  // namespace smx::vm
