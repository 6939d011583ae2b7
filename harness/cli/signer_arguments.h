#pragma once

#include <memory>
#include <string>

#include "harness/core/cancel.h"
#include "harness/core/time_types.h"
#include "harness/signing/signer.h"

namespace CLI {
class App;
}

namespace smx::cli {

/// Who signs: a certificate and a key in files, or a PKCS#11 token (--signer pkcs11:...).
struct SignerArguments {
  std::string signer, key, key_password;  ///< files
  std::string module, pin;                ///< a token
};

void add_signer_options(CLI::App& command, SignerArguments& args);

/// Throws Error(usage) for options that do not go together. Secrets that are not named are asked for on the
/// terminal, when they are needed; what a person should know goes to stderr.
std::unique_ptr<signing::Signer> open_signer(const SignerArguments& args, TimePoint now,
                                             const CancelToken& cancel);

}  // namespace smx::cli
