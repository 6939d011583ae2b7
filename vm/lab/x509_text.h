#pragma once

#include <string>

#include "harness/core/bytes.h"

// Reading certificates: PEM and DER, and what a person or a log wants to know of them.

namespace smx::vm {

std::string pem_of_certificate(ByteView der);
/// Throws Error(usage) when the text holds no certificate.
Bytes der_of_certificate(std::string_view pem);

/// The SubjectPublicKeyInfo in a certification request (PKCS#10, PEM), DER. Throws Error(usage) when the text
/// holds none, or one that its own key did not sign.
Bytes public_key_of_request(std::string_view pem);

struct CertificateText {
  std::string subject;  ///< RFC 2253: "CN=alice"
  std::string issuer;
  std::string serial;                 ///< upper-case hex
  std::string not_before, not_after;  ///< "2026-11-24"
  std::string upn;     ///< the user principal name in the subject alternative name; "" when none
  std::string sha256;  ///< of the DER, lower-case hex
};
/// Throws Error(usage) when the bytes are not a certificate.
CertificateText describe_certificate(ByteView der);

/// The SubjectPublicKeyInfo in a certificate, DER. Throws Error(usage) when the bytes are not a certificate.
Bytes public_key_of_certificate(ByteView der);

}  // namespace smx::vm
