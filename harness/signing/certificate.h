#pragma once

#include <string>
#include <string_view>

#include "harness/core/openssl.h"
#include "harness/core/time_types.h"
#include "harness/signing/signer.h"

// Inside of this module: certificates as OpenSSL has them.

namespace smx::signing {

/// OpenSSL's reason for its last failure, which it forgets then; "" when it has none.
std::string take_openssl_reason();

/// The first certificate of a PEM text; null when there is none.
X509Ptr certificate_of_pem(std::string_view pem);
/// Throws Error(usage) naming the file when it holds none.
X509Ptr read_certificate(const std::string& file);

std::string der_of(const X509* certificate);
Identity identity_of(const X509* certificate);

/// Throws Error(usage) when `certificate`, which comes from `place`, is not valid at `now`, when its key
/// usage forbids to sign, or when its key is neither RSA nor of an elliptic curve.
void check_may_sign(const X509* certificate, const std::string& place, TimePoint now);

/// Throws Error(internal) when OpenSSL has another opinion of the time.
TimePoint time_of(const ASN1_TIME* time);

/// CMS in DER. Throws Error(environment) with OpenSSL's reason.
std::string sign(X509* certificate, EVP_PKEY* key, std::string_view content);

}  // namespace smx::signing
