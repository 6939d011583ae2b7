#pragma once

#include "scenarios/agent/card/apdu.h"
#include "scenarios/agent/core/pin.h"

namespace smx::agent {

/// A small client of Microsoft's Generic Identity Device Specification over a Transmitter. It keeps no state
/// but the card's. Status words are values: only a lost card or a malformed answer is a StepFailure.
class GidsClient {
 public:
  explicit GidsClient(Transmitter& card) : card_(card) {}

  /// SELECT by AID A0 00 00 03 97 42 54 46 59, the version left open.
  StatusWord select();
  /// VERIFY without data: 63Cx the tries left, 9000 verified already, 6983 blocked. Spends no try.
  StatusWord pin_status();
  /// The PIN travels as it is, without padding.
  StatusWord verify(const Pin& pin);
  /// VERIFY with P2 = 82: ends the authenticated state.
  StatusWord log_out();
  /// CHANGE REFERENCE DATA of the PIN.
  StatusWord change_pin(const Pin& from, const Pin& to);
  /// External authentication with the administrator's key (48 hex digits): the card's challenge of eight
  /// bytes, encrypted by Triple-DES. Throws StepFailure (blocked, cause `bad-credentials`) when the key is
  /// none.
  StatusWord authenticate_administrator(const Pin& key);
  /// RESET RETRY COUNTER, which the administrator may after authenticating, once.
  StatusWord reset_pin(const Pin& to);
  /// The first container's certificate, mscp\kxc00, as the card holds it: compressed. Throws StepFailure
  /// (failed, cause `no-certificate`) when it is absent.
  Bytes stored_certificate();
  /// The same as DER. Throws StepFailure (failed, cause `no-certificate`) when it is absent or malformed. In
  /// gids_certificate.cpp, which needs zlib.
  Bytes certificate();
  /// PERFORM SECURITY OPERATION with the first container's key (81): the card pads after PKCS#1 v1.5. Throws
  /// StepFailure (failed, `wrong-status`).
  Bytes sign(const Bytes& digest_info);

 private:
  Transmitter& card_;
};

/// Selects GIDS and has the card forget a verified PIN. Throws StepFailure (failed, cause `no-gids`) when
/// there is no GIDS application.
void select_afresh(GidsClient& gids);

/// The same after a reset: the reset of QEMU's reader does not reach the card behind it.
void start_afresh(CardConnection& card, GidsClient& gids);

}  // namespace smx::agent
