#include "scenarios/agent/windows/screen/prompt_watch.h"

#include <algorithm>
#include <utility>

#include "scenarios/agent/windows/win32/processes.h"

namespace smx::agent {
namespace {

constexpr Deadline::Duration kBetweenLooks{100};

void say(const std::string& text) {
  DWORD put = 0;
  WriteFile(GetStdHandle(STD_ERROR_HANDLE), text.data(), static_cast<DWORD>(text.size()), &put, nullptr);
}

bool on_other_desktop() {
  const auto desktop = OpenInputDesktop(0, FALSE, DESKTOP_READOBJECTS);
  if (desktop == nullptr) return GetLastError() == ERROR_ACCESS_DENIED;
  CloseDesktop(desktop);
  return false;
}

}  // namespace

PromptWatch::PromptWatch(const Deadline& deadline, PromptPlace place)
    : deadline_(deadline), place_(std::move(place)), thread_([this] { run(); }) {}

PromptWatch::~PromptWatch() {
  {
    const std::lock_guard lock(mutex_);
    over_ = true;
  }
  ended_.notify_one();
  thread_.join();
  say(std::string(kPromptGone) + "\n");
}

bool PromptWatch::has_the_keys() const {
  if (place_.on_secure_desktop && on_other_desktop()) return true;
  DWORD process = 0;
  const auto window = GetForegroundWindow();
  GetWindowThreadProcessId(window, &process);
  if (process == 0) return false;
  if (process == GetCurrentProcessId()) return place_.own_windows && window != place_.but_not;
  const auto name = name_of_process(process);
  return std::find(place_.programs.begin(), place_.programs.end(), name) != place_.programs.end();
}

void PromptWatch::run() {
  std::unique_lock lock(mutex_);
  for (bool said = false; !over_; ended_.wait_for(lock, deadline_.remaining(kBetweenLooks))) {
    if (!said && has_the_keys()) {
      say(std::string(kPromptUp) + "\n");
      said = true;
    }
    if (!deadline_.over()) continue;
    say("the prompt was not answered in time\n");
    TerminateProcess(GetCurrentProcess(), ERROR_TIMEOUT);
  }
}

}  // namespace smx::agent
