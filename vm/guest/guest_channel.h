#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "harness/core/cancel.h"
#include "harness/core/time_types.h"

namespace smx::vm {

/// A program to be run in the guest, to its end.
struct GuestCommand {
  std::vector<std::string> argv;  ///< argv[0] is an absolute path in the guest
  std::string input;              ///< given on stdin; may hold secrets, so it is never logged
  Milliseconds time_limit{30000};
  std::size_t output_limit = 1u << 20;  ///< bytes kept of stdout, and of stderr
};

struct GuestResult {
  enum class End { exited, signalled, timed_out };
  End end = End::exited;
  int code = 0;              ///< exit code, or the signal's number
  std::string out{}, err{};  ///< raw, untrusted bytes
  bool out_truncated = false, err_truncated = false;
};

/// The controller's way into a running guest. What comes back is untrusted: bounded here, checked by the
/// caller. Every function blocks, ends early with Cancelled when the token given at construction is
/// cancelled, and throws Error(guest) when the channel is lost or the reply is not valid. One caller at a
/// time.
class GuestChannel {
 public:
  virtual ~GuestChannel() = default;
  /// Whether the guest answers within `limit`. Does not throw for a silent guest.
  virtual bool ping(Milliseconds limit) = 0;
  /// The guest's time of day.
  virtual TimePoint clock() = 0;
  /// Writes a whole file in the guest, with permission bits `mode` where the guest has them.
  virtual void put_file(const std::string& path, std::string_view bytes, unsigned mode) = 0;
  /// At most `limit` bytes from the file's start. `truncated` (may be null) tells whether there was more.
  virtual std::string get_file(const std::string& path, std::size_t limit, bool* truncated) = 0;
  /// A command that outlives its limit is `timed_out`; it may still be running in the guest.
  virtual GuestResult execute(const GuestCommand& command) = 0;
};

}  // namespace smx::vm
