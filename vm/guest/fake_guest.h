#pragma once

#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "harness/core/time_types.h"
#include "vm/guest/guest_channel.h"

// A guest in memory, for tests: what it does with a command is a function, what it was asked is on record.
// It keeps the promises of GuestChannel (the contract suite runs on it), and nothing of it waits for time:
// a command that hangs is reported as timed out at once.

namespace smx::vm {

class FakeGuest : public GuestChannel {
 public:
  /// Plays one command. May call `die`, `hang` and the rest of the guest given.
  using Handler = std::function<GuestResult(const GuestCommand&, FakeGuest&)>;
  /// By the agent's scenario name for `… run NAME`, else by argv[0]; "*" serves what no other key does.
  using Handlers = std::map<std::string, Handler>;

  FakeGuest(Handlers handlers, const CancelToken& cancel);

  bool ping(Milliseconds limit) override;
  /// This host's, and `clock_skew`.
  TimePoint clock() override;
  void put_file(const std::string& path, std::string_view bytes, unsigned mode) override;
  std::string get_file(const std::string& path, std::size_t limit, bool* truncated) override;
  GuestResult execute(const GuestCommand& command) override;

  Milliseconds clock_skew{0};  ///< to be set before the guest is used

  // ---- for handlers
  /// The guest is gone: this and every later call throws Error(guest), the machine's state is `crashed`.
  [[noreturn]] void die();
  /// The guest no longer answers: pings are false, commands are timed out.
  GuestResult hang();
  /// The guest restarts itself: its agent goes away for a moment.
  void restart();
  /// Blocks until the run is cancelled (throws Cancelled) or the machine is ended (throws Error(guest)).
  GuestResult block();

  // ---- for machines and tests; thread-safe
  enum class Life { alive, hung, crashed, ended };
  Life life() const;
  /// Whether it has restarted since this was asked last.
  bool take_restart();
  /// The machine was ended, or ended itself; wakes `block`.
  void end();
  /// "ping", "put PATH", "get PATH", "run NAME", in order. Inputs are not in it.
  std::vector<std::string> asked() const;
  /// Puts something that is done to the guest into the record.
  void note(const std::string& what);
  /// A file as the guest has it, or "".
  std::string file(const std::string& path) const;

 private:
  void ask(const std::string& what);
  void set(Life life);

  const Handlers handlers_;
  const CancelToken& cancel_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  Life life_ = Life::alive;
  bool restarted_ = false;
  std::vector<std::string> asked_;
  std::map<std::string, std::string> files_;
};

/// Ready-made handlers.
namespace fake {
FakeGuest::Handler prints(std::string out, int code = 0, std::string err = "");
FakeGuest::Handler prints_bytes(std::size_t count);  ///< to stdout
FakeGuest::Handler times_out();                      ///< the command hangs, the guest still answers
FakeGuest::Handler hangs();                          ///< the whole guest hangs
FakeGuest::Handler dies();
FakeGuest::Handler blocks();  ///< until the run is cancelled or the machine ended
}  // namespace fake

}  // namespace smx::vm
