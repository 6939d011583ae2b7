#pragma once

#include <memory>
#include <optional>
#include <string>

#include "harness/core/time_types.h"
#include "harness/signing/signer.h"
#include "harness/signing/token_uri.h"

namespace smx::signing {

struct TokenOptions {
  std::string module;  ///< the PKCS#11 module, a path
  TokenUri which;
  AskSecret pin;  ///< not asked where the reader has a PIN pad of its own
  std::function<void(const std::string&)> note = [](const std::string&) {};  ///< what a person should know
};

/// Signs with a key on a PKCS#11 token, a smart card for example, through `options.module`.
///
/// The certificate is found and checked first, without a PIN. Then the PIN is presented, once: a wrong one is
/// never tried again, and where the token says that one more wrong PIN would lock it none is presented at
/// all. A key that asks for its PIN at every signature (PIV's signature key) gets the same PIN once more,
/// after the token took it.
///
/// Throws Error(usage) when not exactly one certificate is meant, when it may not sign at `now`, for a wrong
/// PIN and a token that is locked or next to it; Error(environment) when module or token do not work.
std::unique_ptr<Signer> token_signer(const TokenOptions& options, TimePoint now);

/// OpenSC's module in the folders where distributions put it; nothing when it is not installed.
std::optional<std::string> find_opensc_module();

}  // namespace smx::signing
