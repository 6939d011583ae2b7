#pragma once

#include "vm/card/iso7816/application.h"
#include "vm/card/memory/card_memory.h"
#include "vm/card/piv/piv_administrator.h"

namespace smx::vm {

/// The PIV card application (SP 800-73-4 part 2) over the contact interface, without secure messaging.
///
/// | command                      | status words beside 9000                                              |
/// | ---------------------------- | --------------------------------------------------------------------- |
/// | GET DATA                     | 6982 PIN, 6A80 no tag list, 6A82 no such object, 6A86                  |
/// | PUT DATA                     | 6982 no administrator, 6A80, 6A81 no object of PIV's, 6A84 full, 6A86  |
/// | VERIFY                       | 63Cx, 6983 blocked, 6A80 no padded PIN (not counted), 6A86 P1, 6A88 P2 |
/// | CHANGE REFERENCE DATA        | 63Cx, 6983, 6A80 (not counted), 6A86 P1, 6A88 P2                       |
/// | RESET RETRY COUNTER          | 63Cx of the PUK, 6983 PUK blocked, 6A80 (not counted), 6A86 P1, 6A88   |
/// | GENERAL AUTHENTICATE         | 6982 PIN or proof, 6A80 template or value, 6A86 no such key, algorithm |
/// | GENERATE ASYMMETRIC KEY PAIR | 6982 no administrator, 6A80 template, algorithm, 6A86 no such key      |
///
/// piv_application.cpp has SELECT, PIN and PUK; piv_data.cpp the data objects; piv_keys.cpp the private keys.
class PivApplication : public Application {
 public:
  /// `memory` outlives this.
  explicit PivApplication(CardMemory& memory) : memory_(memory) {}

  bool answers_to(ByteView aid) const override;
  ResponseApdu select() override;
  void reset() override;
  ResponseApdu process(const CommandApdu& command) override;
  std::string describe(const CommandApdu& command) const override;

 private:
  ResponseApdu get_data(const CommandApdu& command);
  ResponseApdu put_data(const CommandApdu& command);
  ResponseApdu store(std::uint32_t tag, ByteView contents);
  ResponseApdu verify(const CommandApdu& command);
  ResponseApdu change_reference_data(const CommandApdu& command);
  ResponseApdu reset_retry_counter(const CommandApdu& command);
  /// `pin_fresh`: a VERIFY succeeded, and nothing but reading happened since.
  ResponseApdu general_authenticate(const CommandApdu& command, bool pin_fresh);
  ResponseApdu use_key(const CommandApdu& command, const KeyPair& key);
  ResponseApdu generate(const CommandApdu& command);

  CardMemory& memory_;
  piv::Administrator administrator_;  ///< the security status of key reference 9B
  bool pin_verified_ = false;         ///< the security status of key reference 80
  bool pin_fresh_ = false;            ///< nothing was done with it yet: 9C needs that
};

}  // namespace smx::vm
