#pragma once

#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "scenarios/agent/core/deadline.h"
#include "scenarios/agent/windows/win32/system.h"

namespace smx::agent {

/// What a process that shows a prompt says on stderr once the keys go to it, and once it is answered.
inline constexpr const char *kPromptUp = "prompt-up", *kPromptGone = "prompt-gone";

/// The processes that may show the prompt.
struct PromptPlace {
  std::vector<std::string> programs;  ///< names of programs, lower case: "consent.exe"
  bool own_windows = false;           ///< this process too,
  HWND but_not = nullptr;             ///< ... by another window than this one
  bool on_secure_desktop = false;     ///< or a process on the desktop that only LocalSystem sees
};

/// Beside a call that shows a prompt and waits for its answer: says kPromptUp, once, when what the keys go to
/// is that prompt, kPromptGone when this object ends, and ends this process at the deadline, because such a
/// call knows none.
class PromptWatch {
 public:
  PromptWatch(const Deadline& deadline, PromptPlace place);
  ~PromptWatch();
  PromptWatch(const PromptWatch&) = delete;
  PromptWatch& operator=(const PromptWatch&) = delete;

 private:
  void run();
  bool has_the_keys() const;

  const Deadline& deadline_;
  const PromptPlace place_;
  std::mutex mutex_;
  std::condition_variable ended_;
  bool over_ = false;
  std::thread thread_;
};

}  // namespace smx::agent
