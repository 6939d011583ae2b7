#pragma once

#include <string>

namespace smx::signing {

/// What a PKCS#11 URI (RFC 7512) names: a certificate on a token. What is empty matches everything.
struct TokenUri {
  std::string token;   ///< the token's label
  std::string serial;  ///< its serial number
  std::string id;      ///< CKA_ID, bytes
  std::string object;  ///< CKA_LABEL
  std::string module_path;
  bool operator==(const TokenUri&) const = default;
};

/// Whether a word names a token rather than a file.
bool is_token_uri(const std::string& text);

/// "pkcs11:token=QA%20Lead;id=%02?module-path=/usr/lib/x.so". Throws Error(usage) for anything that is not
/// such a URI, for attributes that are not those of TokenUri (`type=cert` and `type=private` say nothing
/// new), and for a PIN in it.
TokenUri parse_token_uri(const std::string& text);

/// The URI of a certificate, without its module: what a person gives to have this very one.
std::string to_string(const TokenUri& uri);

}  // namespace smx::signing
