#pragma once

#include "harness/core/bytes.h"

// What a card keeps of a PIN or PUK: salted hashes and counters, never the digits.

namespace smx::vm {

/// A salted, slow hash (PBKDF2 with HMAC-SHA-256) of a PIN or PUK as it comes in a command: 8 bytes, padded.
struct Verifier {
  Bytes salt;  ///< 16 bytes
  Bytes hash;  ///< 32 bytes
  unsigned iterations = 0;
  bool operator==(const Verifier&) const = default;
};

/// Enough to make guessing eight digits from a stolen file cost minutes, little enough (3 ms) for VERIFY.
inline constexpr unsigned kDefaultIterations = 10000;

Verifier make_verifier(ByteView value, unsigned iterations = kDefaultIterations);
/// In constant time for a given verifier.
bool matches(const Verifier& verifier, ByteView value);

/// A PIN or PUK with its retry counter.
struct ReferenceData {
  Verifier current;
  Verifier initial;        ///< of the value that the card was issued with
  bool is_initial = true;  ///< `current` is the issued value again (or still)
  int max_tries = 3;       ///< 1 to 15
  int tries_left = 3;      ///< 0: blocked
  bool operator==(const ReferenceData&) const = default;
};

ReferenceData make_reference_data(ByteView value, int max_tries = 3,
                                  unsigned iterations = kDefaultIterations);

/// A PIN or PUK as it travels in a command: its characters, filled up to 8 bytes with FF (SP 800-73-4 part 2,
/// 2.4.3). Longer values are an Error(usage).
Bytes pad_reference(std::string_view value);
/// 6 to 8 decimal digits, then FF (the PIV PIN's form).
bool is_padded_pin(ByteView bytes);

}  // namespace smx::vm
