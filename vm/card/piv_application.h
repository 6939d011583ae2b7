#pragma once

#include "vm/card/application.h"
#include "vm/card/card_memory.h"

namespace smx::vm {

/// The PIV card application, first form (SP 800-73-4 part 2): SELECT, GET DATA of CHUID, CCC, discovery
/// object and the certificates the card has, VERIFY, CHANGE REFERENCE DATA, RESET RETRY COUNTER, GENERAL
/// AUTHENTICATE to sign.
///
/// | command               | status words beside 9000                                                    |
/// | --------------------- | --------------------------------------------------------------------------- |
/// | GET DATA              | 6A80 no tag list, 6A82 no such object, 6A86                                 |
/// | VERIFY                | 63Cx, 6983 blocked, 6A80 no padded PIN (not counted), 6A86 P1, 6A88 P2      |
/// | CHANGE REFERENCE DATA | 63Cx, 6983, 6A80 (not counted), 6A86 P1, 6A88 P2                            |
/// | RESET RETRY COUNTER   | 63Cx of the PUK, 6983 PUK blocked, 6A80 (not counted), 6A86 P1, 6A88 P2     |
/// | GENERAL AUTHENTICATE  | 6982 PIN not verified, 6A80 template or value, 6A86 algorithm, 6A88 key     |
class PivApplication : public Application {
 public:
  /// `memory` outlives this.
  explicit PivApplication(CardMemory& memory) : memory_(memory) {}

  bool answers_to(ByteView aid) const override;
  ResponseApdu select() override;
  void reset() override { pin_verified_ = false; }
  ResponseApdu process(const CommandApdu& command) override;
  std::string describe(const CommandApdu& command) const override;

 private:
  ResponseApdu get_data(const CommandApdu& command);
  ResponseApdu verify(const CommandApdu& command);
  ResponseApdu verification_status() const;
  ResponseApdu change_reference_data(const CommandApdu& command);
  ResponseApdu reset_retry_counter(const CommandApdu& command);
  ResponseApdu general_authenticate(const CommandApdu& command);
  /// Key 9B: gives a challenge (where OpenSC takes its random numbers from), and accepts no answer to it,
  /// because these cards are managed by their files only.
  ResponseApdu challenge_administrator(const CommandApdu& command);
  /// Compares and gives 9000, 63Cx or 6983; keeps the PIN's security status.
  StatusWord check(Reference which, ByteView candidate);

  CardMemory& memory_;
  bool pin_verified_ = false;  ///< the security status of key reference 80
};

}  // namespace smx::vm
