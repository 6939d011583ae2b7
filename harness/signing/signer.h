#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "harness/core/secret.h"
#include "harness/core/types.h"

// Detached signatures: CMS (RFC 5652) in DER with one signer, SHA-256, signed attributes (signing time among
// them) and the signer's certificate. The verifier pins that certificate (verify.h): no chain is asked.

namespace smx::signing {

/// Who signs.
struct Identity {
  std::string certificate_pem;
  std::string subject;      ///< RFC 2253: "CN=R. Roe,O=Example"
  std::string fingerprint;  ///< SHA-256 of the certificate, lower-case hex
  bool operator==(const Identity&) const = default;
};

/// A certificate with the use of its private key.
class Signer {
 public:
  virtual ~Signer() = default;
  virtual const Identity& identity() const = 0;
  /// The signature over `content`, CMS in DER. Throws Error(environment) when the key cannot be used.
  virtual std::string sign_detached(std::string_view content) = 0;
};

/// Asks for a secret when it turns out to be needed; called once at most.
using AskSecret = std::function<Secret()>;

/// The first certificate of a PEM file. Throws Error(usage) naming the file.
Identity read_identity(const std::string& certificate_file);

}  // namespace smx::signing
