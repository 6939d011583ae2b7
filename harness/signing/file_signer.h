#pragma once

#include <memory>

#include "harness/core/time_types.h"
#include "harness/signing/signer.h"

namespace smx::signing {

/// Signs with a key in a file: RSA or an elliptic curve, PEM, encrypted or not. `password` is asked when it
/// is encrypted. Throws Error(usage) for files that cannot be read, a wrong password, a key that is not the
/// certificate's, and a certificate that is not valid at `now` or not for signing.
std::unique_ptr<Signer> file_signer(const std::string& certificate_file, const std::string& key_file,
                                    const AskSecret& password, TimePoint now);

}  // namespace smx::signing
