#pragma once

#include <optional>

#include "vm/card/iso7816/apdu.h"
#include "vm/card/memory/management_key.h"

namespace smx::vm::piv {

/// Authentication of the card application administrator by the management key 9B (SP 800-73-4 part 2, 3.2.4
/// and appendix A.1), and the security status that it gives.
///
///   external   7C{81 empty} -> 7C{81 challenge}; 7C{82 E(challenge)} -> 9000
///   mutual     7C{80 empty} -> 7C{80 E(witness)}; 7C{80 witness, 81 challenge} -> 7C{82 E(challenge)}
///
/// The card encrypts nothing before the host has authenticated: else it would answer its own challenge.
class Administrator {
 public:
  /// 6A86: the key has another algorithm; 6A80: no such template; 6982: the proof is wrong, or nothing was
  /// asked before. A wrong proof ends a status that was there.
  ResponseApdu authenticate(const CommandApdu& command, const ManagementKey& key);
  bool authenticated() const { return authenticated_; }
  void reset();

 private:
  enum class Step { external, mutual };
  struct Pending {
    Step step;
    Bytes expected;  ///< what proves possession of the key
  };

  ResponseApdu challenge(const ManagementKey& key);
  ResponseApdu witness(const ManagementKey& key);
  /// Whether `proof` is what was asked for; it can be tried once.
  bool prove(const std::optional<Pending>& pending, Step step, ByteView proof);

  std::optional<Pending> pending_;
  bool authenticated_ = false;
};

}  // namespace smx::vm::piv
