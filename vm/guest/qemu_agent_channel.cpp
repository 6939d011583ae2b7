#include "vm/guest/qemu_agent_channel.h"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <nlohmann/json.hpp>

#include "harness/core/error.h"
#include "harness/core/text.h"
#include "vm/guest/agent_reply.h"

namespace smx::vm {

using nlohmann::json;

namespace {

// Raw bytes in one message to the guest. libvirt 9 sends a message that does not fit into its socket's buffer
// (208 KiB by default) again from the start, in the middle of the first try: the agent then never answers.
constexpr std::size_t kSent = 64u << 10;
constexpr std::size_t kRead = 1u << 20;      // raw bytes in one answer
constexpr Milliseconds kAnswerLimit{10000};  // for one message that the agent answers at once
constexpr Milliseconds kKillLimit{1000};
constexpr Milliseconds kFirstLook{5}, kSlowestLook{250};

AgentClock real_clock(const CancelToken& cancel) {
  return {[] { return std::chrono::steady_clock::now(); },
          [&cancel](Milliseconds time) {
            std::mutex mutex;
            std::condition_variable wake;
            CancelCallback on_cancel(cancel, [&] {
              std::lock_guard lock(mutex);
              wake.notify_all();
            });
            std::unique_lock lock(mutex);
            wake.wait_for(lock, time, [&] { return cancel.cancelled(); });
          }};
}

}  // namespace

QemuAgentChannel::QemuAgentChannel(AgentTransport transport, const CancelToken& cancel)
    : QemuAgentChannel(std::move(transport), cancel, real_clock(cancel)) {}

QemuAgentChannel::QemuAgentChannel(AgentTransport transport, const CancelToken& cancel, AgentClock clock)
    : transport_(std::move(transport)), cancel_(cancel), clock_(std::move(clock)) {}

std::optional<json> QemuAgentChannel::try_ask(const char* command, const json& arguments,
                                              Milliseconds limit) {
  cancel_.check();
  json message{{"execute", command}};
  if (!arguments.is_null()) message["arguments"] = arguments;
  // The message may carry secrets (a command's input): no error shows it.
  const auto reply = transport_(message.dump(-1, ' ', false, json::error_handler_t::replace), limit);
  if (!reply) return std::nullopt;
  return agent_reply::returned(*reply);
}

json QemuAgentChannel::ask(const char* command, const json& arguments) {
  auto reply = try_ask(command, arguments, kAnswerLimit);
  if (!reply) throw Error(ErrorKind::guest, std::string("the guest's agent does not answer ") + command);
  return std::move(*reply);
}

bool QemuAgentChannel::ping(Milliseconds limit) {
  return try_ask("guest-ping", nullptr, limit).has_value();
}

TimePoint QemuAgentChannel::clock() {
  return agent_reply::time_of_day(ask("guest-get-time", nullptr));
}

void QemuAgentChannel::put_file(const std::string& path, std::string_view bytes, unsigned mode) {
  const std::int64_t handle = open_file(path, "wb");
  write_all(handle, bytes);
  close_file(handle);
  if (family() != Family::posix) return;
  char octal[16];
  std::snprintf(octal, sizeof octal, "%o", mode);
  const GuestResult result = execute({.argv = {"/bin/chmod", octal, path}, .input = ""});
  if (result.end != GuestResult::End::exited || result.code != 0)
    throw Error(ErrorKind::guest, "the guest cannot set the permissions of " + path + ": " +
                                      sanitize_guest_text(result.err, 200));
}

std::string QemuAgentChannel::get_file(const std::string& path, std::size_t limit, bool* truncated) {
  const std::int64_t handle = open_file(path, "rb");
  std::string bytes = read_up_to(handle, limit + 1);
  close_file(handle);
  const bool more = bytes.size() > limit;
  if (more) bytes.resize(limit);
  if (truncated != nullptr) *truncated = more;
  return bytes;
}

std::int64_t QemuAgentChannel::open_file(const std::string& path, const char* mode) {
  try {
    return agent_reply::number(ask("guest-file-open", {{"path", path}, {"mode", mode}}));
  } catch (const Error& error) {
    std::throw_with_nested(Error(ErrorKind::guest, "cannot open " + path + " in the guest: " + error.what()));
  }
}

void QemuAgentChannel::close_file(std::int64_t handle) {
  ask("guest-file-close", {{"handle", handle}});
}

void QemuAgentChannel::write_all(std::int64_t handle, std::string_view bytes) {
  while (!bytes.empty()) {
    const auto chunk = bytes.substr(0, kSent);
    const json reply = ask("guest-file-write", {{"handle", handle}, {"buf-b64", base64_encode(chunk)}});
    const auto written = static_cast<std::uint64_t>(agent_reply::number(reply, "count"));
    if (written == 0 || written > chunk.size())
      throw Error(ErrorKind::guest, "the guest wrote " + std::to_string(written) + " of " +
                                        std::to_string(chunk.size()) + " bytes; its disk may be full");
    bytes.remove_prefix(written);
  }
}

std::string QemuAgentChannel::read_up_to(std::int64_t handle, std::size_t limit) {
  std::string bytes;
  while (bytes.size() < limit) {
    const std::size_t count = std::min(kRead, limit - bytes.size());
    const json reply = ask("guest-file-read", {{"handle", handle}, {"count", count}});
    const auto chunk = agent_reply::file_chunk(reply, count);
    bytes += chunk.bytes;
    if (chunk.eof) return bytes;
    if (chunk.bytes.empty())
      throw Error(ErrorKind::guest, "the guest's agent reads nothing and does not come to the file's end");
  }
  return bytes;
}

std::int64_t QemuAgentChannel::start(const GuestCommand& command) {
  if (command.argv.empty()) throw Error(ErrorKind::internal, "a command for the guest names no program");
  if (command.input.size() > kSent)
    throw Error(ErrorKind::internal,
                "a command's input for the guest is over 64 KiB; put it into a file there");
  json arguments{{"path", command.argv.front()}, {"capture-output", true}};
  arguments["arg"] = std::vector<std::string>(command.argv.begin() + 1, command.argv.end());
  if (!command.input.empty()) arguments["input-data"] = base64_encode(command.input);
  try {
    return agent_reply::number(ask("guest-exec", arguments), "pid");
  } catch (const Error& error) {
    std::throw_with_nested(
        Error(ErrorKind::guest, "cannot run " + command.argv.front() + " in the guest: " + error.what()));
  }
}

GuestResult QemuAgentChannel::execute(const GuestCommand& command) {
  const auto deadline = clock_.now() + command.time_limit;
  const std::int64_t pid = start(command);
  bool answers = true;
  for (Milliseconds pause = kFirstLook;; pause = std::min(pause * 3 / 2, kSlowestLook)) {
    cancel_.check();
    const auto left = std::chrono::ceil<Milliseconds>(deadline - clock_.now());
    if (left <= Milliseconds(0)) break;
    clock_.wait(std::min(pause, left));
    const auto limit = std::max(std::chrono::ceil<Milliseconds>(deadline - clock_.now()), kKillLimit);
    const auto status = try_ask("guest-exec-status", {{"pid", pid}}, limit);
    answers = status.has_value();
    if (!answers) continue;
    if (auto result = agent_reply::exec_status(*status, command.output_limit)) return std::move(*result);
  }
  if (answers) kill(pid);
  return GuestResult{.end = GuestResult::End::timed_out};
}

void QemuAgentChannel::kill(std::int64_t pid) {
  try {
    if (family() != Family::posix) return;
    try_ask("guest-exec", {{"path", "/bin/kill"}, {"arg", {"-9", std::to_string(pid)}}}, kKillLimit);
  } catch (const Error&) {
    // The command is timed out whether or not the guest can end it.
  }
}

QemuAgentChannel::Family QemuAgentChannel::family() {
  if (family_ != Family::unknown) return family_;
  const json info = ask("guest-get-osinfo", nullptr);
  const bool windows = info.is_object() && info.value("id", json()) == "mswindows";
  return family_ = windows ? Family::windows : Family::posix;
}

}  // namespace smx::vm
