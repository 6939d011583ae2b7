#pragma once

#include "vm/card/iso7816/apdu.h"
#include "vm/card/memory/card_memory.h"

namespace smx::vm {

/// The authenticated states of the GIDS application, and the commands that change it: PIN, PUK, and the
/// administrator by challenge and response with a Triple-DES key.
///
/// A PIN or PUK has 4 to 16 characters and travels without padding. One of another length is not a PIN: it is
/// answered 63Cx and not counted, as cards of this kind do.
class GidsSecurity {
 public:
  static constexpr std::size_t kShortest = 4, kLongest = 16;

  /// `memory` outlives this.
  explicit GidsSecurity(CardMemory& memory) : memory_(memory) {}

  /// Ends every authenticated state.
  void forget();
  /// An access condition byte (ISO/IEC 7816-4, 5.4.3.2): 00 always, FF never; b8 all of the others are needed
  /// or one of them, b7 secure messaging (which is not there), b6 the administrator, b5 the PIN, and the
  /// security environment in the low half (0: any, 1: by contacts). Before the application is in operation
  /// everything but "never" is satisfied.
  bool satisfies(std::uint8_t condition) const;

  /// VERIFY, also without data, and with P2 = 82: log out.
  ResponseApdu verify(const CommandApdu& command);
  /// CHANGE REFERENCE DATA: P1 = 00 old and new, P1 = 01 new alone.
  ResponseApdu change_reference_data(const CommandApdu& command);
  /// RESET RETRY COUNTER: P1 = 00 PUK and new PIN, P1 = 02 new PIN, after the administrator authenticated.
  ResponseApdu reset_retry_counter(const CommandApdu& command);
  /// GENERAL AUTHENTICATE with the administrator's key, which the security environment names.
  ResponseApdu general_authenticate(const CommandApdu& command);
  /// 7F71 (7F72 is the same) and 7F73: tries left and most tries of PIN and PUK.
  ResponseApdu retry_counters(std::uint32_t tag) const;

 private:
  bool creating() const { return memory_.data().gids.state == GidsState::creation; }
  std::size_t length_of(Reference which) const;
  /// The PIN or PUK that P2 means; nothing when the card has none such.
  std::optional<Reference> referenced(std::uint8_t p2) const;
  void set(Reference which, ByteView value);
  StatusWord create(Reference which, ByteView value);
  StatusWord exchange(Reference which, ByteView old_and_new);
  StatusWord unblock_by_puk(ByteView puk_and_new);
  ResponseApdu give_challenge(ByteView challenge_of_client);
  ResponseApdu accept_response(ByteView response);

  CardMemory& memory_;
  bool pin_verified_ = false, admin_ = false;
  Bytes challenge_, client_challenge_;  ///< of an authentication that has begun; used once
};

}  // namespace smx::vm
