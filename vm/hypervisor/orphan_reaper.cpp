#include "vm/hypervisor/orphan_reaper.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <condition_variable>
#include <csignal>
#include <map>
#include <mutex>
#include <system_error>
#include <thread>
#include <vector>

#include "harness/core/error.h"
#include "harness/core/proc.h"

namespace smx::vm {

namespace {

constexpr int kLookEvery = 10;  // milliseconds, while something is being started
constexpr auto kKillLimit = std::chrono::seconds(2);

bool is_adopted_orphan(pid_t pid) {
  const auto stat = proc::stat(pid);
  return stat && stat->parent == ::getpid() && stat->session != pid && stat->session != ::getsid(0);
}

}  // namespace

struct OrphanReaper::State {
  std::mutex mutex;
  std::condition_variable changed;
  std::map<pid_t, proc::PidFd> orphans;
  int watches = 0;
  bool stop = false;
  proc::PidFd wake;
  std::thread thread;

  void look();
  void reap_ended();
  void run();
  void wake_up() const;
};

void OrphanReaper::State::look() {
  // Orphans are reaped under the same lock, so a pid seen here cannot become another process's meanwhile.
  std::lock_guard lock(mutex);
  for (const pid_t pid : proc::children()) {
    if (orphans.count(pid) != 0 || !is_adopted_orphan(pid)) continue;
    if (auto fd = proc::open_pidfd(pid)) orphans.emplace(pid, std::move(fd));
  }
}

void OrphanReaper::State::reap_ended() {
  std::lock_guard lock(mutex);
  for (auto it = orphans.begin(); it != orphans.end();) {
    siginfo_t info{};
    const int rc = ::waitid(P_PID, static_cast<id_t>(it->first), &info, WEXITED | WNOHANG);
    const bool gone = (rc == 0 && info.si_pid == it->first) || (rc < 0 && errno == ECHILD);
    it = gone ? orphans.erase(it) : std::next(it);
  }
  changed.notify_all();
}

void OrphanReaper::State::run() {
  for (;;) {
    std::vector<pollfd> fds{{wake.get(), POLLIN, 0}};
    bool looking = false;
    {
      std::lock_guard lock(mutex);
      if (stop) return;
      looking = watches > 0;
      for (const auto& [pid, fd] : orphans) fds.push_back({fd.get(), POLLIN, 0});
    }
    ::poll(fds.data(), fds.size(), looking ? kLookEvery : -1);
    std::uint64_t pokes = 0;
    if ((fds[0].revents & POLLIN) != 0 && ::read(wake.get(), &pokes, sizeof pokes) < 0) pokes = 0;
    if (looking) look();
    reap_ended();
  }
}

void OrphanReaper::State::wake_up() const {
  const std::uint64_t one = 1;
  // It fails only when the counter is full, and then the thread is awake anyway.
  [[maybe_unused]] const auto written = ::write(wake.get(), &one, sizeof one);
}

OrphanReaper::OrphanReaper() : state_(std::make_unique<State>()) {
  if (::prctl(PR_SET_CHILD_SUBREAPER, 1) != 0)
    throw Error(ErrorKind::environment,
                "cannot become a child subreaper: " + std::generic_category().message(errno));
  if (!proc::open_pidfd(::getpid()))
    throw Error(ErrorKind::environment, "this kernel has no pidfd_open; Linux 5.3 or newer is needed");
  state_->wake = proc::PidFd(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (!state_->wake)
    throw Error(ErrorKind::environment, "cannot make an eventfd: " + std::generic_category().message(errno));
  state_->thread = std::thread([state = state_.get()] { state->run(); });
}

OrphanReaper::~OrphanReaper() {
  {
    std::lock_guard lock(state_->mutex);
    state_->stop = true;
  }
  state_->wake_up();
  state_->thread.join();
}

OrphanReaper::Watch::Watch(OrphanReaper& reaper) : reaper_(reaper) {
  {
    std::lock_guard lock(reaper_.state_->mutex);
    ++reaper_.state_->watches;
  }
  reaper_.state_->wake_up();
}

OrphanReaper::Watch::~Watch() {
  reaper_.state_->look();
  {
    std::lock_guard lock(reaper_.state_->mutex);
    --reaper_.state_->watches;
  }
  reaper_.state_->wake_up();  // to poll what the last look found
}

bool OrphanReaper::kill_and_reap(pid_t pid) {
  std::unique_lock lock(state_->mutex);
  const auto found = state_->orphans.find(pid);
  if (found == state_->orphans.end()) return false;
  if (!proc::send_signal(found->second, SIGKILL)) return false;
  return state_->changed.wait_for(lock, kKillLimit, [&] { return state_->orphans.count(pid) == 0; });
}

}  // namespace smx::vm
