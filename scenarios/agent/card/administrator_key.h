#pragma once

#include "scenarios/agent/core/bytes.h"
#include "scenarios/agent/core/pin.h"

namespace smx::agent {

/// A Triple-DES key by which an administrator proves to a card to be one, PIV (9B; SP 800-73-4 part 2,
/// appendix A.1) or GIDS: it encrypts the card's challenge of eight bytes. Wiped with this object.
class AdministratorKey {
 public:
  /// 48 hex digits; else throws StepFailure (blocked, cause `bad-credentials`). `name`: for the message.
  AdministratorKey(const Pin& key, const char* name);
  ~AdministratorKey();
  AdministratorKey(const AdministratorKey&) = delete;
  AdministratorKey& operator=(const AdministratorKey&) = delete;

  /// 7C { 82 answer } to the card's 7C { 81 challenge }. Throws StepFailure (failed, cause `bad-response`)
  /// when that holds no challenge.
  Bytes answer(const Bytes& challenge) const;
  /// A bare challenge of eight bytes, encrypted. Throws as `answer`.
  Bytes encrypt(const Bytes& challenge) const;

 private:
  Bytes key_;
};

}  // namespace smx::agent
