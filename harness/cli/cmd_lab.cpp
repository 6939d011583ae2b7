#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <condition_variable>
#include <csignal>
#include <functional>
#include <iostream>
#include <mutex>
#include <nlohmann/json.hpp>

#include "harness/app/lab_authority.h"
#include "harness/cli/session.h"
#include "harness/core/error.h"
#include "harness/core/text.h"
#include "harness/core/unique_fd.h"
#include "vm/lab/loopback_lab.h"

extern char** environ;

namespace smx::cli {
namespace {

constexpr const char* kDefault = "default";

/// A lab's name is a folder's.
std::string check_name(const std::string& name) {
  const auto plain = [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '_';
  };
  if (!name.empty() && name.size() <= 64 && std::all_of(name.begin(), name.end(), plain)) return {};
  return "a lab's name has 1 to 64 letters, digits, - and _";
}

vm::LabState state_of(const std::string& name) {
  for (auto& lab : vm::list_labs(app::labs_folder()))
    if (lab.name == name) return lab;
  throw Error(ErrorKind::environment,
              "the lab \"" + name + "\" was started, and then ended by another process");
}

nlohmann::json to_json(const vm::LabState& lab) {
  return {{"name", lab.name}, {"up", lab.up},   {"owner", lab.owner},
          {"kdc", lab.kdc},   {"web", lab.web}, {"tls", lab.tls}};
}

std::string words(const vm::LabState& lab) {
  if (!lab.up)
    return fmt::format("{}: died; `safemode-matrix lab down {}` clears it away", lab.name, lab.name);
  return fmt::format("{}: up (process {}); Kerberos at {}, web at http://{}, TLS at {}", lab.name, lab.owner,
                     lab.kdc, lab.web, lab.tls);
}

/// Runs the lab in this process until it is cancelled. `ready` is called when it can be used.
void hold_lab(const std::string& name, const CancelToken& cancel, const std::function<void()>& ready) {
  const auto ca = app::lab_authority();
  std::filesystem::create_directories(app::labs_folder());
  const vm::LoopbackLab lab(app::labs_folder() / name, ca, cancel);
  ready();
  std::mutex mutex;
  std::condition_variable wake;
  const CancelCallback on_cancel(cancel, [&] {
    const std::lock_guard lock(mutex);
    wake.notify_all();
  });
  std::unique_lock lock(mutex);
  wake.wait(lock, [&] { return cancel.cancelled(); });
}

/// Starts this program again, detached, to hold the lab; returns when that says it is ready, and throws what
/// that says instead. Cancelled, it ends that process first.
void start_holder(const std::string& name, const CancelToken& cancel) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) throw Error(ErrorKind::environment, "no pipe: too many open files?");
  const UniqueFd in(ends[0]);
  UniqueFd out(ends[1]);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, out.get(), 1);
  posix_spawn_file_actions_adddup2(&actions, out.get(), 2);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK);
  sigset_t none;
  sigemptyset(&none);
  posix_spawnattr_setsigmask(&attributes, &none);
  std::string program = "safemode-matrix", lab = "lab", up = "up", held = "--held", label = name;
  char* argv[] = {program.data(), lab.data(), up.data(), held.data(), label.data(), nullptr};
  pid_t pid = 0;
  const int error = ::posix_spawn(&pid, "/proc/self/exe", &actions, &attributes, argv, environ);
  posix_spawn_file_actions_destroy(&actions);
  posix_spawnattr_destroy(&attributes);
  if (error != 0) throw Error(ErrorKind::environment, "this program cannot start itself again");
  out.close();
  std::string said;
  {
    const CancelCallback on_cancel(cancel, [pid] { ::kill(pid, SIGTERM); });
    char buffer[512];
    for (ssize_t n = 0; (n = ::read(in.get(), buffer, sizeof buffer)) > 0;)
      said.append(buffer, static_cast<std::size_t>(n));
  }
  if (cancel.cancelled()) {
    ::waitpid(pid, nullptr, 0);
    throw Cancelled();
  }
  if (said == "ready\n") return;
  constexpr std::string_view kOwn = "safemode-matrix: ";
  auto why = said.starts_with(kOwn) ? said.substr(kOwn.size()) : said;
  while (!why.empty() && why.back() == '\n') why.pop_back();
  throw Error(ErrorKind::environment, why.empty() ? "the lab's process ended without a word" : why);
}

void add_up(CLI::App& parent, Session& session) {
  struct Arguments {
    std::string name = kDefault;
    bool foreground = false, held = false, json = false;
  };
  auto args = std::make_shared<Arguments>();
  auto* command = parent.add_subcommand(
      "up", "Start a lab that stays until `lab down`: Kerberos with PKINIT, a web server, revocation");
  command->add_option("NAME", args->name, "Its name; two of different names stand side by side")
      ->capture_default_str()
      ->check(CLI::Validator(check_name, "NAME"));
  command->add_flag("--foreground", args->foreground, "Hold it here, until Ctrl-C");
  command->add_flag("--held", args->held)->group("");  // how `up` starts its own background process
  command->add_flag("--json", args->json, "Write where it is as JSON");
  command->callback([args, &session] {
    vm::end_dead_labs(app::labs_folder());
    const auto tell = [&] {
      const auto lab = state_of(args->name);
      std::cout << (args->json ? to_json(lab).dump(2) : words(lab)) << std::endl;
    };
    if (args->held) {
      hold_lab(args->name, session.cancel, [] {
        std::cout << "ready" << std::endl;
        // The pipe's other end waits for this end to close; later output is discarded.
        const int null = ::open("/dev/null", O_WRONLY | O_CLOEXEC);
        ::dup2(null, STDOUT_FILENO);
        ::dup2(null, STDERR_FILENO);
      });
    } else if (args->foreground) {
      hold_lab(args->name, session.cancel, tell);
    } else {
      start_holder(args->name, session.cancel);
      tell();
    }
  });
}

void add_status(CLI::App& parent) {
  auto json = std::make_shared<bool>(false);
  auto* command = parent.add_subcommand("status", "List the labs of this user, and where they listen");
  command->add_flag("--json", *json, "Write them as JSON");
  command->callback([json] {
    const auto labs = vm::list_labs(app::labs_folder());
    if (*json) {
      auto list = nlohmann::json::array();
      for (const auto& lab : labs) list.push_back(to_json(lab));
      std::cout << list.dump(2) << "\n";
      return;
    }
    if (labs.empty()) std::cout << "no lab is up; `safemode-matrix lab up` starts one\n";
    for (const auto& lab : labs) std::cout << words(lab) << "\n";
  });
}

void add_down(CLI::App& parent) {
  auto name = std::make_shared<std::string>(kDefault);
  auto* command =
      parent.add_subcommand("down", "End a lab and remove everything of it; and what dead ones left");
  command->add_option("NAME", *name, "Which one")
      ->capture_default_str()
      ->check(CLI::Validator(check_name, "NAME"));
  command->callback([name] {
    const bool there = vm::end_lab(app::labs_folder(), *name);
    for (const auto& dead : vm::end_dead_labs(app::labs_folder()))
      std::cout << dead << ": had died; cleared away\n";
    std::cout << *name << (there ? ": down\n" : ": is not up\n");
  });
}

}  // namespace

void add_lab(CLI::App& app, Session& session) {
  auto* command = app.add_subcommand(
      "lab",
      "The lab that guests log on to, on this host's loopback; a run starts its own when it needs one");
  command->require_subcommand(1);
  add_up(*command, session);
  add_status(*command);
  add_down(*command);
}

}  // namespace smx::cli
