#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "harness/signing/signer.h"

namespace smx::testing {

struct TestSigner {
  std::string key = "rsa2048";  ///< or "p256", "p384", "ed25519"
  int from_day = -1, to_day = 30;
  const char* key_usage = "critical,digitalSignature";  ///< in OpenSSL's words; null: none
  std::string password = {};                            ///< the key is encrypted with it
  std::string name = "R. Roe";                          ///< common name
};

struct SignerFiles {
  std::string certificate, key;
};

/// Makes a self-signed certificate and its key as files NAME.pem and NAME.key in a folder.
SignerFiles make_signer(const std::filesystem::path& folder, const std::string& name,
                        const TestSigner& options);

/// A signer for tests that are about something else: a P-256 key, made once.
signing::Signer& some_signer();

}  // namespace smx::testing
