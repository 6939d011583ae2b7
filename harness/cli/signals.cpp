#include "harness/cli/signals.h"

#include <pthread.h>
#include <unistd.h>

#include <csignal>
#include <cstring>

namespace smx::cli {
namespace {

sigset_t watched() {
  sigset_t set;
  sigemptyset(&set);
  for (const int s : {SIGINT, SIGTERM, SIGHUP, SIGUSR1}) sigaddset(&set, s);
  return set;
}

void say(const char* text) {
  (void)!::write(STDERR_FILENO, text, std::strlen(text));
}

}  // namespace

SignalThread::SignalThread(CancelToken& cancel) : cancel_(cancel) {
  const auto set = watched();
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  // Sockets are written to with MSG_NOSIGNAL where that is ours to say; libraries do not always.
  std::signal(SIGPIPE, SIG_IGN);
  thread_ = std::thread([this] { wait(); });
}

SignalThread::~SignalThread() {
  done_ = true;
  pthread_kill(thread_.native_handle(), SIGUSR1);
  thread_.join();
}

void SignalThread::wait() {
  const auto set = watched();
  for (int signal = 0; sigwait(&set, &signal) == 0;) {
    if (signal == SIGUSR1) {
      if (done_) return;
      continue;
    }
    if (received_ != 0) {
      say("\nsafemode-matrix: ended at once; the next run or `safemode-matrix resume` cleans up\n");
      ::_exit(128 + signal);
    }
    received_ = signal;
    say("\nsafemode-matrix: stopping: ending the guests (once more to end at once)\n");
    cancel_.cancel();
  }
}

}  // namespace smx::cli
