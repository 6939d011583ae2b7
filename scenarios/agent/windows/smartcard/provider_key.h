#pragma once

#include <cstdint>
#include <string>
#include <utility>

#include "scenarios/agent/core/bytes.h"
#include "scenarios/agent/core/pin.h"
#include "scenarios/agent/windows/win32/system.h"
// after windows.h
#include <ncrypt.h>

namespace smx::agent {

/// A handle of CNG's key storage, freed with this object.
class NcryptHandle {
 public:
  NcryptHandle() = default;
  explicit NcryptHandle(ULONG_PTR value) : value_(value) {}
  ~NcryptHandle() {
    if (value_ != 0) NCryptFreeObject(value_);
  }
  NcryptHandle(NcryptHandle&& other) noexcept : value_(other.value_) { other.value_ = 0; }
  NcryptHandle& operator=(NcryptHandle&& other) noexcept {
    std::swap(value_, other.value_);
    return *this;
  }
  ULONG_PTR get() const { return value_; }

 private:
  ULONG_PTR value_ = 0;
};

/// Whether this system has the "Microsoft Smart Card Key Storage Provider", which every Windows since Vista
/// has and Wine has not.
bool has_smart_card_provider();

/// The card's key as Windows gives it: by the smart card key storage provider, which finds the card's
/// minidriver and asks it. Nothing here shows a dialog (NCRYPT_SILENT_FLAG).
class ProviderKey {
 public:
  /// The key of the card in `reader` whose certificate is `certificate` (DER), or the first one that has a
  /// certificate where that is empty. Throws StepFailure (failed: `no-card-driver` where Windows finds no
  /// minidriver, `no-key` and `no-certificate`; `provider-error` for what has no word of its own).
  ProviderKey(const std::string& reader, const Bytes& certificate);

  const std::string& container() const { return container_; }
  const Bytes& certificate() const { return certificate_; }
  NCRYPT_KEY_HANDLE handle() const { return key_.get(); }
  DWORD key_spec() const { return key_spec_; }

  /// Gives the provider the PIN, for what follows with this key in this process. Throws StepFailure (failed).
  void set_pin(const Pin& pin);
  /// The signature over a SHA-256 digest: RSA by PKCS#1 v1.5, or ECDSA in DER. Throws StepFailure (failed:
  /// `wrong-pin`, `pin-blocked`, `needs-dialog`, `no-signature`).
  Bytes sign(const Bytes& digest);

 private:
  NcryptHandle provider_, key_;
  std::string container_;
  Bytes certificate_;
  DWORD key_spec_ = 0;
};

/// The protocol's word for an error of the provider, or `otherwise`.
const char* provider_cause(std::uint32_t error, const char* otherwise);

}  // namespace smx::agent
