#pragma once

#include <libp11.h>
#include <openssl/crypto.h>
#include <openssl/ui.h>

#include <memory>
#include <string>
#include <vector>

#include "harness/core/openssl.h"
#include "harness/core/secret.h"

// Inside of this module: libp11's objects with an owner.

namespace smx::signing {

/// A secret as C wants it, with a NUL at its end. Wipes itself.
class SecretText {
 public:
  explicit SecretText(const Secret& secret) : text_(secret.reveal()) {}
  ~SecretText() { OPENSSL_cleanse(text_.data(), text_.size()); }
  SecretText(const SecretText&) = delete;
  SecretText& operator=(const SecretText&) = delete;
  const char* c_str() const { return text_.c_str(); }

 private:
  std::string text_;
};

/// All that PKCS#11 tells of the tries that are left (2.40, 3.2, CKF_USER_PIN_…).
struct PinFlags {
  bool count_low = false;  ///< a wrong PIN was presented since the last right one
  bool final_try = false;  ///< the next wrong one blocks it
  bool locked = false;
};

/// What it said when its slot was listed.
PinFlags pin_flags(const PKCS11_TOKEN& token);

/// A loaded PKCS#11 module and its slots. Everything that was had from it must be gone before it is.
class Pkcs11Module {
 public:
  /// Throws Error(usage) for a file that is not there, Error(environment) for one that does not work.
  explicit Pkcs11Module(const std::string& path);
  ~Pkcs11Module();
  Pkcs11Module(const Pkcs11Module&) = delete;
  Pkcs11Module& operator=(const Pkcs11Module&) = delete;

  /// The slots with a token that is ready for use.
  std::vector<PKCS11_SLOT*> slots_with_tokens() const;
  /// What the token says now of its user PIN. Ends its sessions, as libp11 does with every list it releases:
  /// for after a login that failed.
  PinFlags current_pin_flags(PKCS11_SLOT* slot) const;
  /// What keys get that want the PIN at each signature; `pin` outlives this object's last signature.
  void answer_with(const Secret& pin);

 private:
  PKCS11_CTX* context_ = nullptr;
  bool loaded_ = false;
  PKCS11_SLOT* slots_ = nullptr;
  unsigned count_ = 0;
  std::unique_ptr<UI_METHOD, OpensslDeleter<UI_destroy_method>> ui_;
};

/// The code (CKR_…) that the module gave for what failed last, 0 when it was not the module; forgets it.
int take_token_error();

}  // namespace smx::signing
