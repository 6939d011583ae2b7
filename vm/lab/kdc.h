#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "harness/core/cancel.h"
#include "harness/core/time_types.h"
#include "vm/lab/lab_ca.h"

namespace smx::vm {

/// The KDC saw that a client has the private key of a certificate. Texts are sanitized and bounded.
struct KdcSeen {
  TimePoint at{};                  ///< to the second
  std::string certificate_sha256;  ///< of the DER, lower-case hex
  std::string principal;           ///< the principal that was asked for: "user@LAB.TEST"
};

struct KdcOptions {
  std::string realm = "LAB.TEST";
  std::string name = "kdc.lab.test";  ///< in its certificate
  std::vector<std::string> users;     ///< principals without the realm; they have no password
  std::string service;                ///< a service's principal without the realm: "HTTP/web.lab.test"
};

/// The module that the KDC loads to say whose certificates it saw: a helper program's place (libexec_dir).
std::filesystem::path kdc_witness_module();

/// MIT Kerberos' KDC with a realm of its own: it gives tickets for every card of the lab's authority
/// that was not revoked (PKINIT, RFC 4556), and never for a password. Listens on 127.0.0.1 at a free port,
/// TCP only. Not thread-safe.
class Kdc {
 public:
  /// Makes the realm in `folder`, which must be there, and starts the KDC; returns when it listens. `ca`
  /// outlives this. Throws Error(environment) when a program is missing or refuses, Cancelled.
  Kdc(const std::filesystem::path& folder, const LabCa& ca, KdcOptions options, const CancelToken& cancel);
  /// Ends it; the folder stays.
  ~Kdc();
  Kdc(const Kdc&) = delete;
  Kdc& operator=(const Kdc&) = delete;

  std::uint16_t port() const { return port_; }
  const KdcOptions& options() const { return options_; }
  std::filesystem::path keytab() const { return folder_ / "service.keytab"; }

  /// It reads the revocation lists when it starts only: starts it anew, at the same port, when they have
  /// changed since. Throws as the constructor.
  void apply_revocations(const CancelToken& cancel);

  /// Every certificate that it saw, oldest first; at most the last 4096.
  std::vector<KdcSeen> seen() const;
  /// The end of its own log, at most 64 KiB; raw.
  std::string log() const;

 private:
  void write_configuration() const;
  void make_realm(const CancelToken& cancel) const;
  void start(const CancelToken& cancel);

  std::filesystem::path folder_;
  const LabCa& ca_;
  KdcOptions options_;
  std::uint16_t port_ = 0;
  std::size_t revoked_ = 0;  ///< how many certificates the lists had when it was started
};

/// Ends the KDC that a dead process left in the folder; whether there was one. Blocks until it is gone.
bool end_kdc(const std::filesystem::path& folder);

}  // namespace smx::vm
