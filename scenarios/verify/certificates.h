#pragma once

#include <string>
#include <string_view>

namespace smx::verify {

/// Lower-case hex SHA-256 of the DER of the first certificate in `pem`; "" when there is none (untrusted
/// text).
std::string certificate_sha256(std::string_view pem);

/// The same of the card's own certificate; throws Error(internal) when there is none.
std::string own_certificate_sha256(std::string_view pem);

/// Whether the first certificate's key is one of an elliptic curve; false when there is none.
bool has_curve_key(std::string_view pem);

/// Whether `signature` (PKCS#1 v1.5 or a DER ECDSA-Sig-Value) over SHA-256 of `message` was made by the key
/// of the certificate in `pem`. False for anything malformed in `signature`; throws Error(internal) when
/// `pem` holds no certificate with an RSA or EC key: it comes from the card's own data.
bool signed_by(std::string_view pem, std::string_view message, std::string_view signature);

}  // namespace smx::verify
