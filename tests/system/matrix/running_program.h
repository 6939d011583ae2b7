#pragma once

#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

namespace smx {

/// A program that runs beside the test: its stderr can be waited on line by line, and signals sent to it.
/// The destructor kills it if it still runs.
class RunningProgram {
 public:
  RunningProgram(const std::vector<std::string>& argv, const std::map<std::string, std::string>& env) {
    int pipe[2];
    if (::pipe2(pipe, O_CLOEXEC) != 0) throw std::runtime_error("pipe");
    pid_ = ::fork();
    if (pid_ == 0) {
      ::dup2(pipe[1], STDERR_FILENO);
      ::dup2(::open("/dev/null", O_WRONLY), STDOUT_FILENO);
      for (const auto& [key, value] : env) ::setenv(key.c_str(), value.c_str(), 1);
      std::vector<char*> words;
      for (const auto& word : argv) words.push_back(const_cast<char*>(word.c_str()));
      words.push_back(nullptr);
      ::execv(words[0], words.data());
      ::_exit(127);
    }
    ::close(pipe[1]);
    err_ = pipe[0];
  }
  ~RunningProgram() {
    if (pid_ > 0) {
      ::kill(pid_, SIGKILL);
      wait();
    }
    ::close(err_);
  }
  RunningProgram(const RunningProgram&) = delete;
  RunningProgram& operator=(const RunningProgram&) = delete;

  /// Reads stderr until a line contains `words`; false when the program ended or `limit` passed first.
  bool wait_for_line(const std::string& words, std::chrono::seconds limit) {
    const auto deadline = std::chrono::steady_clock::now() + limit;
    for (;;) {
      for (auto end = seen_.find('\n', at_); end != std::string::npos; end = seen_.find('\n', at_)) {
        const auto line = seen_.substr(at_, end - at_);
        at_ = end + 1;
        if (line.find(words) != std::string::npos) return true;
      }
      const auto left =
          std::chrono::duration_cast<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
      pollfd p{err_, POLLIN, 0};
      if (left.count() <= 0 || ::poll(&p, 1, static_cast<int>(left.count())) <= 0) return false;
      char buffer[4096];
      const auto n = ::read(err_, buffer, sizeof buffer);
      if (n <= 0) return false;
      seen_.append(buffer, static_cast<std::size_t>(n));
    }
  }

  void signal(int number) const { ::kill(pid_, number); }

  /// The exit code, 128 + signal when killed. Reads stderr to its end first, so that the program never blocks
  /// on it.
  int wait() {
    char buffer[4096];
    for (ssize_t n = 0; (n = ::read(err_, buffer, sizeof buffer)) > 0;)
      seen_.append(buffer, static_cast<std::size_t>(n));
    int status = 0;
    ::waitpid(pid_, &status, 0);
    pid_ = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  }

  const std::string& seen() const { return seen_; }

 private:
  pid_t pid_ = -1;
  int err_ = -1;
  std::string seen_;
  std::size_t at_ = 0;
};

}  // namespace smx
