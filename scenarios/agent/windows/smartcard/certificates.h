#pragma once

#include <memory>
#include <string>
#include <type_traits>
#include <utility>

#include "scenarios/agent/core/bytes.h"
#include "scenarios/agent/windows/win32/system.h"
// after windows.h
#include <wincrypt.h>

namespace smx::agent {

struct CertificateFree {
  void operator()(const CERT_CONTEXT* certificate) const { CertFreeCertificateContext(certificate); }
};
using Certificate = std::unique_ptr<const CERT_CONTEXT, CertificateFree>;

/// Throws StepFailure (blocked, `system-trouble`) for bytes that are no certificate.
Certificate certificate_from(const Bytes& der);
Bytes der_of(const CERT_CONTEXT& certificate);

/// A certificate store, closed with this object.
class CertificateStore {
 public:
  explicit CertificateStore(HCERTSTORE store) : store_(store) {}
  ~CertificateStore() {
    if (store_ != nullptr) CertCloseStore(store_, 0);
  }
  CertificateStore(CertificateStore&& other) noexcept : store_(std::exchange(other.store_, nullptr)) {}
  CertificateStore& operator=(CertificateStore&&) = delete;
  HCERTSTORE get() const { return store_; }

  void add(const CERT_CONTEXT& certificate);
  /// Null when there is none with exactly these bytes.
  Certificate find(const Bytes& der) const;

 private:
  HCERTSTORE store_;
};

CertificateStore memory_store();
/// The user's store "MY" (Personal). Throws StepFailure (blocked, `system-trouble`).
CertificateStore personal_store();

/// Why a server's certificate is not that of `name` under the authorities of `ca_pem` and no other: 0 when it
/// is; else one of CERT_E_*. Nothing is fetched, and no revocation list is asked for.
std::uint32_t server_certificate_error(const CERT_CONTEXT& certificate, const std::string& name,
                                       const std::string& ca_pem);

}  // namespace smx::agent
