#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

namespace smx::agent {

/// Whether a program has come to rest: it used no more than one tick of the clock by which Windows counts
/// processor time (15.6 ms; a blinking caret costs a little) for a whole second. The looks at it come from
/// outside, so that this is pure.
class QuietWatch {
 public:
  using Milliseconds = std::chrono::milliseconds;
  /// A look at it: `now` never goes back; `process` is its id, and another one begins anew; `used` is the
  /// processor time it has used since its start, in units of 100 ns. True when it is quiet.
  bool see(Milliseconds now, std::uint32_t process, std::uint64_t used);

 private:
  struct Look {
    Milliseconds when;
    std::uint32_t process;
    std::uint64_t used;
  };
  std::optional<Look> since_;
};

}  // namespace smx::agent
