#pragma once

#include "harness/core/time_types.h"
#include "harness/core/types.h"
#include "scenarios/verify/verify.h"

#include <gtest/gtest.h>
#include <openssl/evp.h>

#include <map>
#include <nlohmann/json.hpp>

#include "harness/core/error.h"
#include "harness/core/files.h"
#include "harness/core/text.h"
#include "scenarios/verify/certificates.h"
#include "vm/lab/lab_ca.h"
#include "vm/lab/x509_text.h"

namespace smx::verify {
using nlohmann::json;

inline constexpr const char* kNonce = "0123456789abcdef0123456789abcdef";

/// A key with its certificate: what a card is to the controller.
struct Identity {
  vm::KeyPair key;
  std::string pem;
  std::string sha256;
};

inline Identity issue(const vm::LabCa& ca, vm::KeyKind kind) {
  auto key = vm::KeyPair::generate(kind);
  const auto der = ca.issue_card_certificate(key.public_key_der(), {});
  return {key, vm::pem_of_certificate(der), sha256_hex(as_text(der))};
}

inline const vm::LabCa& ca() {
  static const vm::LabCa kCa;
  return kCa;
}
inline const Identity& rsa() {
  static const Identity kIdentity = issue(ca(), vm::KeyKind::rsa2048);
  return kIdentity;
}
inline const Identity& p256() {
  static const Identity kIdentity = issue(ca(), vm::KeyKind::p256);
  return kIdentity;
}

inline std::string sign(const Identity& by, const std::string& message) {
  EVP_MD_CTX* context = EVP_MD_CTX_new();
  std::string signature(512, '\0');
  std::size_t size = signature.size();
  const auto bytes = [](const std::string& s) { return reinterpret_cast<const unsigned char*>(s.data()); };
  EXPECT_EQ(EVP_DigestSignInit(context, nullptr, EVP_sha256(), nullptr, by.key.get()), 1);
  EXPECT_EQ(EVP_DigestSign(context, reinterpret_cast<unsigned char*>(signature.data()), &size, bytes(message),
                           message.size()),
            1);
  EVP_MD_CTX_free(context);
  signature.resize(size);
  return base64_encode(signature);
}

inline constexpr vm::CardState kFresh{3, 3, 3, 3, true, true, 0, 0, 0};

inline const TimePoint kBegan(Milliseconds(1'700'000'000'500));
inline const TimePoint kSameSecond(Milliseconds(1'700'000'000'000));

class Verify : public testing::Test {
 protected:
  Verify() {
    card_.certificate_pem = rsa().pem;
    after_.signatures = 1;
  }
  std::vector<Check> ask(const std::string& verifier) {
    const VerifyContext context{
        kNonce,          card_,  before_, after_,      [this](const std::string& path) { return log_[path]; },
        not_applicable_, kBegan, lab_,    lacks_tls13_};
    return verify(verifier, details_, context);
  }
  /// What the agent says of a check that is not applicable.
  static Check excuse(const std::string& id, const std::string& cause) {
    return {id, Outcome::not_applicable, cause, "because", "agent"};
  }
  static std::string said(const Check& check) {
    EXPECT_EQ(check.by, "controller");
    return std::string(name(check.outcome)) + (check.cause.empty() ? "" : " " + check.cause);
  }
  std::string one(const std::string& verifier) { return said(ask(verifier).at(0)); }

  vm::CardCredentials card_;
  std::vector<Check> not_applicable_;
  bool lacks_tls13_ = false;
  vm::CardState before_ = kFresh, after_ = kFresh;
  std::map<std::string, std::vector<TlsSeen>> log_;
  json details_ = json::object();
  std::vector<KdcSeen> kdc_;
  std::map<std::string, std::vector<WebSeen>> web_;
  std::optional<LabWitness> lab_ = LabWitness{"user@LAB.TEST", [this] { return kdc_; },
                                              [this](const std::string& path) { return web_[path]; }};
};

}  // namespace smx::verify
