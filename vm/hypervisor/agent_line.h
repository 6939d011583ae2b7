#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "harness/core/cancel.h"
#include "harness/core/time_types.h"

namespace smx::vm {

/// Makes a blocking call interruptible: the call runs on this object's thread, and the caller stops
/// waiting at the limit, on cancellation or when the line is closed. An answer that comes too late is
/// dropped.
class AgentLine {
 public:
  /// The blocking call; gets the request and about how long it may take. Nothing means no answer in time.
  using Call = std::function<std::optional<std::string>(const std::string& request, Milliseconds limit)>;

  AgentLine(Call call, const CancelToken& cancel);
  /// Waits for a call in progress: make it return first (end the machine).
  ~AgentLine();
  AgentLine(const AgentLine&) = delete;
  AgentLine& operator=(const AgentLine&) = delete;

  /// The answer, or nothing when none came within `limit`. Throws what the call threw, Cancelled, and
  /// Error(guest) once the line is closed. One caller at a time.
  std::optional<std::string> ask(const std::string& request, Milliseconds limit);
  /// Ends this and every later `ask`. Thread-safe, does not block.
  void close();

 private:
  void run();

  const Call call_;
  const CancelToken& cancel_;
  std::mutex mutex_;
  std::condition_variable changed_;
  enum class Stage { idle, posted, calling, answered } stage_ = Stage::idle;
  bool abandoned_ = false;  // the caller does not wait for the call in progress any more
  bool closed_ = false, stop_ = false;
  std::string request_;
  Milliseconds limit_{0};
  std::optional<std::string> answer_;
  std::exception_ptr error_;
  std::thread thread_;
};

}  // namespace smx::vm
