#pragma once

#include <openssl/ssl.h>

#include "harness/core/bytes.h"
#include "harness/core/openssl.h"

// What this folder's files share about OpenSSL. For this folder's .cpp files only.

namespace smx::vm {

using SslContextPtr = std::unique_ptr<SSL_CTX, OpensslDeleter<SSL_CTX_free>>;
using SslPtr = std::unique_ptr<SSL, OpensslDeleter<SSL_free>>;

/// Everything that was written into a memory BIO.
std::string bio_text(BIO* bio);
/// The DER of a certificate.
Bytes der_of(const X509* certificate);
/// Null when the bytes are not a certificate.
X509Ptr x509_of(ByteView der);

}  // namespace smx::vm
