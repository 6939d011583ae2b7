#pragma once

#include <cstdint>
#include <string>

#include "scenarios/agent/card/apdu.h"
#include "scenarios/agent/core/pin.h"

namespace smx::agent {

/// A small PIV client (NIST SP 800-73-4 part 2) over a Transmitter. It keeps no state but the card's.
/// Status words are values: only a lost card or a malformed answer is a StepFailure.
class PivClient {
 public:
  explicit PivClient(Transmitter& card) : card_(card) {}

  /// SELECT by AID A0 00 00 03 08, the version left open (3.1.1).
  StatusWord select();
  /// VERIFY without data: 63Cx the tries left, 9000 verified already, 6983 blocked (3.2.1). Spends no try.
  StatusWord pin_status();
  StatusWord verify(const Pin& pin);
  /// VERIFY with P1 = FF: the PIN counts as not verified from now on (3.2.1). Cards before SP 800-73-4 refuse
  /// it.
  StatusWord forget_pin();
  /// CHANGE REFERENCE DATA of the PIN (3.2.2).
  StatusWord change_pin(const Pin& from, const Pin& to);
  /// RESET RETRY COUNTER with the PUK (3.2.3).
  StatusWord unblock_pin(const Pin& puk, const Pin& to);
  /// The DER certificate in a data object, by default 5FC105 (authentication, 9A). Throws StepFailure (cause
  /// `no-certificate`) when it is absent, malformed, or compressed (CertInfo bit 0).
  Bytes certificate(std::uint32_t object = 0x5fc105);
  /// External authentication with the card management key 9B (48 hex digits, 3DES): the card's challenge of
  /// eight bytes, encrypted (3.2.4, appendix A.1). Throws StepFailure (blocked, cause `bad-credentials`) when
  /// the key is none.
  StatusWord authenticate_administrator(const Pin& key);
  /// GENERATE ASYMMETRIC KEY PAIR of RSA 2048 in `key`'s place (3.3.2): the administrator's. The public key
  /// as a SubjectPublicKeyInfo in DER. Throws StepFailure (failed, `wrong-status` or `bad-response`).
  Bytes generate_rsa2048(std::uint8_t key);
  /// PUT DATA (3.3.1) of a certificate in DER, not compressed; an empty one empties the object. The
  /// administrator's.
  StatusWord put_certificate(std::uint32_t object, const Bytes& der);
  /// GENERAL AUTHENTICATE: the key's raw operation on `input`, padded or hashed by the caller (3.2.4).
  /// `algorithm` is 07 for RSA 2048 and 11 for P-256 (SP 800-78-4, table 6-2). Throws StepFailure (cause
  /// `wrong-status` or `bad-response`).
  Bytes sign(std::uint8_t algorithm, std::uint8_t key, const Bytes& input);

 private:
  Transmitter& card_;
};

/// Selects PIV and has the card forget a verified PIN. Throws StepFailure (failed, cause `no-piv`) when there
/// is no PIV application.
void select_afresh(PivClient& piv);

/// The same after a reset: the reset of QEMU's reader does not reach the card behind it.
void start_afresh(CardConnection& card, PivClient& piv);

/// The PIV form of a PIN or PUK: eight bytes, filled with FF (SP 800-73-4 part 2, 2.4.3). More than eight
/// characters throw StepFailure (blocked, cause `bad-credentials`).
Bytes padded(const Pin& pin);

}  // namespace smx::agent
