#include "scenarios/agent/linux/child.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>

#include "scenarios/agent/core/reporter.h"

namespace smx::agent {
namespace {

[[noreturn]] void trouble(const std::string& what, int error) {
  throw StepFailure(CheckOutcome::blocked, "system-trouble", what + ": " + std::strerror(error));
}

class Descriptor {
 public:
  Descriptor() = default;
  explicit Descriptor(int value) : value_(value) {}
  ~Descriptor() { close(); }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return value_; }
  void set(int value) {
    close();
    value_ = value;
  }
  void close() {
    if (value_ >= 0) ::close(value_);
    value_ = -1;
  }
  bool open() const { return value_ >= 0; }

 private:
  int value_ = -1;
};

/// A child that ends without reading its input must not end this process. Process-wide, which is right for
/// one thread.
class IgnoredSigpipe {
 public:
  IgnoredSigpipe() : before_(std::signal(SIGPIPE, SIG_IGN)) {}
  ~IgnoredSigpipe() { std::signal(SIGPIPE, before_); }
  IgnoredSigpipe(const IgnoredSigpipe&) = delete;
  IgnoredSigpipe& operator=(const IgnoredSigpipe&) = delete;

 private:
  void (*before_)(int);
};

struct Pipe {
  Descriptor read_end, write_end;
  Pipe() {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) trouble("making a pipe", errno);
    read_end.set(ends[0]);
    write_end.set(ends[1]);
  }
};

struct Actions {
  posix_spawn_file_actions_t files;
  posix_spawnattr_t attributes;
  Actions() {
    posix_spawn_file_actions_init(&files);
    posix_spawnattr_init(&attributes);
    // A group of its own, so that what the program starts dies with it; and no signal ignored or blocked.
    posix_spawnattr_setflags(&attributes,
                             POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
    posix_spawnattr_setpgroup(&attributes, 0);
    sigset_t set;
    sigemptyset(&set);
    posix_spawnattr_setsigmask(&attributes, &set);
    sigaddset(&set, SIGPIPE);
    posix_spawnattr_setsigdefault(&attributes, &set);
  }
  ~Actions() {
    posix_spawn_file_actions_destroy(&files);
    posix_spawnattr_destroy(&attributes);
  }
  Actions(const Actions&) = delete;
  Actions& operator=(const Actions&) = delete;
};

/// The pointers that exec wants, into strings that outlive them.
std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> all;
  for (auto& text : texts) all.push_back(text.data());
  all.push_back(nullptr);
  return all;
}

pid_t spawn(const Child& child, Pipe& in, Pipe& out, Pipe& err) {
  Actions actions;
  posix_spawn_file_actions_adddup2(&actions.files, in.read_end.get(), STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions.files, out.write_end.get(), STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions.files, err.write_end.get(), STDERR_FILENO);
  auto argv = child.argv;
  std::vector<std::string> env{"PATH=/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C"};
  for (const auto& [name, value] : child.env) env.push_back(name + "=" + value);
  pid_t pid = -1;
  const int error = posix_spawn(&pid, argv.at(0).c_str(), &actions.files, &actions.attributes,
                                pointers(argv).data(), pointers(env).data());
  if (error != 0)
    throw StepFailure(CheckOutcome::blocked, "tool-missing",
                      child.argv[0] + " cannot be started: " + std::strerror(error));
  return pid;
}

/// Reads once; closes at the end.
void drain(Descriptor& from, std::string& into, std::size_t limit) {
  char chunk[4096];
  const auto got = ::read(from.get(), chunk, sizeof chunk);
  if (got > 0)
    into.append(chunk, std::min(static_cast<std::size_t>(got), limit - std::min(limit, into.size())));
  else if (got == 0 || (errno != EINTR && errno != EAGAIN))
    from.close();
}

void feed(Descriptor& to, const std::string& input, std::size_t& at) {
  const auto put = ::write(to.get(), input.data() + at, input.size() - at);
  if (put > 0) at += static_cast<std::size_t>(put);
  if (at == input.size() || (put < 0 && errno != EINTR && errno != EAGAIN)) to.close();
}

/// Moves bytes until both outputs are closed or the time is over (false).
bool converse(const Child& child, Pipe& in, Pipe& out, Pipe& err, ChildEnd& end) {
  const Deadline deadline(child.limit);
  std::size_t fed = 0;
  if (child.input.empty()) in.write_end.close();
  while (out.read_end.open() || err.read_end.open()) {
    if (deadline.over()) return false;
    pollfd wait[3] = {
        {in.write_end.get(), POLLOUT, 0}, {out.read_end.get(), POLLIN, 0}, {err.read_end.get(), POLLIN, 0}};
    if (::poll(wait, 3, static_cast<int>(deadline.remaining().count())) < 0 && errno != EINTR) return false;
    if (wait[0].revents != 0) feed(in.write_end, child.input, fed);
    if (wait[1].revents != 0) drain(out.read_end, end.out, child.output_limit);
    if (wait[2].revents != 0) drain(err.read_end, end.err, child.output_limit);
  }
  return true;
}

int wait_for(pid_t pid) {
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0)
    if (errno != EINTR) trouble("waiting for a program", errno);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

}  // namespace

MemoryFile::MemoryFile(std::string_view bytes) : descriptor_(::memfd_create("agent", 0)) {
  if (descriptor_ < 0) trouble("making a file in memory", errno);
  ::fchmod(descriptor_, S_IRUSR | S_IWUSR);
  while (!bytes.empty()) {
    const auto put = ::write(descriptor_, bytes.data(), bytes.size());
    if (put < 0 && errno == EINTR) continue;
    if (put <= 0) {
      const int error = errno;
      ::close(descriptor_);
      trouble("writing a file in memory", error);
    }
    bytes.remove_prefix(static_cast<std::size_t>(put));
  }
}

MemoryFile::~MemoryFile() {
  ::close(descriptor_);
}

std::string MemoryFile::path() const {
  return "/proc/self/fd/" + std::to_string(descriptor_);
}

ChildEnd run_child(const Child& child) {
  const IgnoredSigpipe ignored;
  Pipe in, out, err;
  const pid_t pid = spawn(child, in, out, err);
  in.read_end.close();
  out.write_end.close();
  err.write_end.close();
  ::fcntl(in.write_end.get(), F_SETFL, O_NONBLOCK);
  ChildEnd end;
  end.timed_out = !converse(child, in, out, err, end);
  // Only then: what a program leaves running on purpose (svc starts services) stays.
  if (end.timed_out) ::kill(-pid, SIGKILL);
  end.exit_code = wait_for(pid);
  return end;
}

}  // namespace smx::agent
