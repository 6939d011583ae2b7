#include "harness/core/process.h"

#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/process/args.hpp>
#include <boost/process/async_pipe.hpp>
#include <boost/process/child.hpp>
#include <boost/process/env.hpp>
#include <boost/process/exe.hpp>
#include <boost/process/extend.hpp>
#include <boost/process/group.hpp>
#include <boost/process/io.hpp>
#include <boost/process/start_dir.hpp>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <sstream>

#include "harness/core/error.h"

namespace smx {
namespace {

namespace bp = boost::process;
namespace asio = boost::asio;

/// Reads a pipe to its end, keeping at most `limit` bytes; a program is never stopped by a full pipe.
class Collector {
 public:
  Collector(asio::io_context& io, std::size_t limit) : pipe(io), limit_(limit) {}

  void start() {
    pipe.async_read_some(asio::buffer(buffer_),
                         [this](const boost::system::error_code& error, std::size_t n) {
                           kept.append(buffer_.data(), std::min(n, limit_ - kept.size()));
                           error ? void(done = true) : start();
                         });
  }

  bp::async_pipe pipe;
  std::string kept;
  bool done = false;

 private:
  std::size_t limit_;
  std::array<char, 16384> buffer_{};
};

/// Between fork and exec. This program's threads block the signals that one of them waits for (harness/cli),
/// and a program that were started so would never be ended by SIGTERM.
void unblock_signals() {
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
}

/// Between fork and exec. Boost's pipes are inherited by whatever another thread starts meanwhile; one that
/// stays, as a server does, would hold them open, and a reader that waits for their end would wait for the
/// server.
void close_descriptors_on_exec() {
  ::close_range(3, ~0U, CLOSE_RANGE_CLOEXEC);
}

bp::environment environment_with(const std::map<std::string, std::string>& extra) {
  bp::environment env = boost::this_process::environment();
  for (const auto& [key, value] : extra) env[key] = value;
  return env;
}

using File = std::unique_ptr<std::FILE, decltype(&std::fclose)>;

/// An unnamed file in memory, to be a program's stdin: unlike a pipe it needs no feeding, and no SIGPIPE
/// comes from a program that does not read it.
File memory_file(const std::string& content) {
  File file(::fdopen(::memfd_create("stdin", MFD_CLOEXEC), "r+"), &std::fclose);
  if (!file || std::fwrite(content.data(), 1, content.size(), file.get()) != content.size() ||
      std::fseek(file.get(), 0, SEEK_SET) != 0)
    throw Error(ErrorKind::environment, "no memory is left for a program's input");
  return file;
}

}  // namespace

std::optional<std::filesystem::path> find_program(const std::string& name) {
  if (name.find('/') != std::string::npos)
    return ::access(name.c_str(), X_OK) == 0 ? std::optional<std::filesystem::path>(name) : std::nullopt;
  const char* path = std::getenv("PATH");
  // An ordinary user's PATH often lacks the sbin folders, where mke2fs and depmod are.
  std::istringstream folders(std::string(path ? path : "/usr/bin:/bin") + ":/usr/sbin:/sbin");
  for (std::string folder; std::getline(folders, folder, ':');) {
    const auto candidate = std::filesystem::path(folder) / name;
    std::error_code error;
    if (std::filesystem::is_regular_file(candidate, error) && ::access(candidate.c_str(), X_OK) == 0)
      return candidate;
  }
  return std::nullopt;
}

CommandResult run_command(const Command& command, const CancelToken& cancel) {
  cancel.check();
  const auto program = find_program(command.argv.at(0));
  if (!program)
    throw Error(ErrorKind::environment,
                "the program \"" + command.argv[0] +
                    "\" is not installed; `safemode-matrix doctor` says which package has it");
  asio::io_context io;
  Collector out(io, command.output_limit), err(io, command.output_limit);
  const auto in = memory_file(command.input);
  bp::group group;
  const std::vector<std::string> args(command.argv.begin() + 1, command.argv.end());
  const auto cwd = command.cwd.empty() ? std::filesystem::current_path() : command.cwd;
  bp::child child(bp::exe = program->string(), bp::args = args, bp::std_in<in.get(), bp::std_out> out.pipe,
                  bp::std_err > err.pipe, environment_with(command.env), bp::start_dir = cwd.string(), group,
                  bp::extend::on_exec_setup([](auto&) {
                    unblock_signals();
                    close_descriptors_on_exec();
                  }));

  CommandResult result;
  const auto kill = [&group] {
    std::error_code gone;  // it may have ended by itself
    group.terminate(gone);
  };
  asio::steady_timer timer(io, command.time_limit);
  timer.async_wait([&](const boost::system::error_code& error) {
    if (error) return;
    result.timed_out = true;
    kill();
  });
  CancelCallback on_cancel(cancel, [&io, &kill] { asio::post(io, kill); });
  out.start();
  err.start();
  // A program can close its output and go on, or end and leave a child that holds it: both ends are waited
  // for, and the timer ends the whole group.
  bool exited = false;
  asio::posix::stream_descriptor exit_event(io, static_cast<int>(::syscall(SYS_pidfd_open, child.id(), 0)));
  exit_event.async_wait(asio::posix::stream_descriptor::wait_read,
                        [&exited](const boost::system::error_code&) { exited = true; });
  while (!(exited && out.done && err.done)) io.run_one();
  child.wait();
  cancel.check();
  const int status = child.native_exit_code();
  result.exit_code = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
  result.out = std::move(out.kept);
  result.err = std::move(err.kept);
  return result;
}

CommandResult run_command(const Command& command) {
  return run_command(command, CancelToken{});
}

}  // namespace smx
