#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace smx::agent {

using Bytes = std::vector<std::uint8_t>;

Bytes to_bytes(std::string_view text);
std::string to_text(const Bytes& bytes);

/// Lower case, no separators.
std::string hex(const Bytes& bytes);
/// Nothing for an odd number of digits or anything that is no hex digit; both cases are taken.
std::optional<Bytes> unhex(std::string_view text);
/// RFC 4648, padded, in one line.
std::string base64(const Bytes& bytes);
/// The PEM form (RFC 7468) of a DER certificate.
std::string certificate_pem(const Bytes& der);
/// The DER of the first PEM object in a text; empty when there is none.
Bytes der_of_pem(std::string_view pem);
/// Whether a certificate's own key is one of an elliptic curve (RFC 5480).
bool has_curve_key(const Bytes& certificate);

}  // namespace smx::agent
