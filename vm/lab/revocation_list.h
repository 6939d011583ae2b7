#pragma once

#include <set>
#include <string>

#include "harness/core/openssl.h"
#include "vm/card/key_pair.h"

namespace smx::vm {

/// An X.509 revocation list (RFC 5280, version 2) of the issuer's, in PEM: valid from an hour ago (a guest's
/// clock may be behind) for a week. `serials` are upper-case hex, as in CertificateText. For this folder's
/// .cpp files only. Throws Error(internal) when OpenSSL refuses, also for what is no serial number.
std::string make_revocation_list(const X509* issuer, const KeyPair& key,
                                 const std::set<std::string>& serials);

}  // namespace smx::vm
