#pragma once

#include <chrono>
#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

#include "harness/core/time_types.h"
#include "vm/guest/guest_channel.h"

// The way into a guest over the QEMU guest agent (qemu-ga 2.10 or newer; QEMU's docs/interop/qemu-ga-ref):
//
//   ping                      guest-ping
//   put_file, get_file        guest-file-open, -write/-read in pieces (64 KiB out, 1 MiB in),
//   guest-file-close execute                   guest-exec, then guest-exec-status until it has ended: there
//   is not an event for it
//
// The agent keeps at most 16 MiB of a command's output and hands it over in one answer; libvirt drops answers
// over 10 MiB. So a command that prints more than about 7 MiB gives Error(guest), and loses the channel. No
// guest-sync here: libvirt does it before each command.

namespace smx::vm {

/// Sends one command and gives the answer, `{"return": …}`; nothing when none came within the limit. Throws
/// Error(guest) when the agent refuses the command or the channel is lost, Cancelled.
using AgentTransport = std::function<std::optional<std::string>(const std::string& json, Milliseconds limit)>;

/// How a channel waits; another one in tests.
struct AgentClock {
  std::function<std::chrono::steady_clock::time_point()> now;
  /// Blocks for this long, less when cancelled.
  std::function<void(Milliseconds)> wait;
};

class QemuAgentChannel : public GuestChannel {
 public:
  QemuAgentChannel(AgentTransport transport, const CancelToken& cancel);
  QemuAgentChannel(AgentTransport transport, const CancelToken& cancel, AgentClock clock);

  bool ping(Milliseconds limit) override;
  TimePoint clock() override;
  void put_file(const std::string& path, std::string_view bytes, unsigned mode) override;
  std::string get_file(const std::string& path, std::size_t limit, bool* truncated) override;
  /// `input` is at most 64 KiB. On time-out a Linux guest that still answers is asked to kill the process
  /// (not its children); whether it did is not waited for.
  GuestResult execute(const GuestCommand& command) override;

 private:
  enum class Family { unknown, posix, windows };

  std::optional<nlohmann::json> try_ask(const char* command, const nlohmann::json& arguments,
                                        Milliseconds limit);
  nlohmann::json ask(const char* command, const nlohmann::json& arguments);
  std::int64_t open_file(const std::string& path, const char* mode);
  void close_file(std::int64_t handle);
  void write_all(std::int64_t handle, std::string_view bytes);
  std::string read_up_to(std::int64_t handle, std::size_t limit);
  std::int64_t start(const GuestCommand& command);
  void kill(std::int64_t pid);
  Family family();

  const AgentTransport transport_;
  const CancelToken& cancel_;
  const AgentClock clock_;
  Family family_ = Family::unknown;
};

}  // namespace smx::vm
