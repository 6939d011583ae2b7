#pragma once

#include <chrono>
#include <cstddef>
#include <deque>
#include <string>

#include "vm/card/iso7816/apdu.h"

namespace smx::vm {

/// The APDUs of a card, one line each, in words:
///
///     +0.012345 VERIFY PIN, 8 bytes in -> 63C2 (2 tries left)
///
/// Times are seconds since the trace began. Only headers' names, lengths and status words are kept: no data
/// byte of a command or response ever gets here, so no secret can. Bounded: the oldest lines go first, and
/// are counted.
class ApduTrace {
 public:
  explicit ApduTrace(std::size_t most_lines = 4096) : most_lines_(most_lines) {}

  void exchange(const std::string& what, std::size_t bytes_in, const ResponseApdu& response);
  /// Something that is not an APDU: "card inserted".
  void event(const std::string& what);
  /// Everything since the last call.
  std::string take();

 private:
  void add(std::string line);
  double seconds() const;

  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
  std::size_t most_lines_;
  std::size_t dropped_ = 0;
  std::deque<std::string> lines_;
};

}  // namespace smx::vm
