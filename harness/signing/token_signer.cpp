#include "harness/signing/token_signer.h"

#include <fmt/format.h>

#include <filesystem>

#include "harness/core/error.h"
#include "harness/core/text.h"
#include "harness/signing/certificate.h"
#include "harness/signing/token.h"

namespace smx::signing {
namespace {

// PKCS#11 2.40, 5.1.6.
constexpr int kPinIncorrect = 0xa0, kPinInvalid = 0xa1, kPinLength = 0xa2, kPinExpired = 0xa3,
              kPinLocked = 0xa4;

/// A certificate on a token that the URI may mean.
struct Candidate {
  PKCS11_SLOT* slot;
  PKCS11_CERT* certificate;
};

std::string text_of(const char* text) {
  return text == nullptr ? "" : sanitize_guest_text(text, 200);
}

std::string id_of(const PKCS11_CERT& certificate) {
  return {reinterpret_cast<const char*>(certificate.id), certificate.id_len};
}

TokenUri uri_of(const Candidate& c) {
  return {text_of(c.slot->token->label), text_of(c.slot->token->serialnr), id_of(*c.certificate),
          text_of(c.certificate->label), ""};
}

/// An empty part of `wanted` matches everything.
bool matches(const TokenUri& wanted, const TokenUri& there) {
  const auto same = [](const std::string& want, const std::string& have) {
    return want.empty() || want == have;
  };
  return same(wanted.token, there.token) && same(wanted.serial, there.serial) && same(wanted.id, there.id) &&
         same(wanted.object, there.object);
}

/// Every certificate that can be seen without a PIN.
std::vector<Candidate> candidates(const Pkcs11Module& module) {
  std::vector<Candidate> all;
  for (auto* slot : module.slots_with_tokens()) {
    PKCS11_CERT* certificates = nullptr;
    unsigned count = 0;
    if (PKCS11_enumerate_certs(slot->token, &certificates, &count) != 0) {
      take_token_error();
      continue;
    }
    for (unsigned i = 0; i < count; ++i) all.push_back({slot, &certificates[i]});
  }
  return all;
}

std::string listed(const std::vector<Candidate>& candidates) {
  std::string lines;
  for (const auto& c : candidates)
    lines += fmt::format("\n  '{}'  {}", to_string(uri_of(c)), identity_of(c.certificate->x509).subject);
  return lines;
}

Candidate choose(const Pkcs11Module& module, const TokenOptions& options) {
  const auto all = candidates(module);
  std::vector<Candidate> meant;
  for (const auto& c : all)
    if (matches(options.which, uri_of(c))) meant.push_back(c);
  if (meant.size() == 1) return meant.front();
  if (!meant.empty())
    throw Error(ErrorKind::usage,
                fmt::format("--signer {} means {}; name one of them:{}", to_string(options.which),
                            plural(meant.size(), "certificate"), listed(meant)));
  if (all.empty())
    throw Error(
        ErrorKind::usage,
        fmt::format("{} shows no token with a certificate; is the card in its reader?", options.module));
  throw Error(ErrorKind::usage, fmt::format("--signer {} means none of the certificates there are:{}",
                                            to_string(options.which), listed(all)));
}

std::string tries_words(const PinFlags& flags) {
  if (flags.locked) return "; its PIN is blocked now; unblock it with its PUK";
  if (flags.final_try) return "; one try is left: another wrong PIN blocks it";
  if (flags.count_low) return "; tries are left, but not all of them";
  return "";
}

void check_tries(const PinFlags& flags, const std::string& label, const TokenOptions& options) {
  if (flags.locked)
    throw Error(ErrorKind::usage,
                fmt::format("the PIN of the token \"{}\" is blocked; unblock it with its PUK, "
                            "or sign with another token",
                            label));
  if (flags.final_try)
    throw Error(
        ErrorKind::usage,
        fmt::format("one more wrong PIN would block the token \"{}\", so none is presented; present the "
                    "right one elsewhere first (pkcs11-tool --login --list-objects), which gives the "
                    "tries back",
                    label));
  if (flags.count_low)
    options.note(
        fmt::format("a wrong PIN was presented to the token \"{}\" before; not all tries are left", label));
}

[[noreturn]] void login_failed(const Pkcs11Module& module, PKCS11_SLOT& slot, const std::string& label) {
  const int code = take_token_error();
  const auto tries = tries_words(module.current_pin_flags(&slot));
  const auto refusal = [&](ErrorKind kind, const std::string& what) {
    return Error(kind, fmt::format("the token \"{}\" {}{}", label, what, tries));
  };
  if (code == kPinIncorrect || code == kPinInvalid || code == kPinLength)
    throw refusal(ErrorKind::usage, "did not take the PIN");
  if (code == kPinLocked) throw refusal(ErrorKind::usage, "is blocked");
  if (code == kPinExpired) throw refusal(ErrorKind::usage, "wants its PIN changed first");
  throw refusal(ErrorKind::environment, fmt::format("did not let us log in (PKCS#11 error 0x{:x})", code));
}

class TokenSigner : public Signer {
 public:
  TokenSigner(const TokenOptions& options, TimePoint now) : module_(options.module) {
    const auto chosen = choose(module_, options);
    certificate_.reset(X509_dup(chosen.certificate->x509));
    identity_ = identity_of(certificate_.get());
    check_may_sign(certificate_.get(), to_string(uri_of(chosen)), now);
    log_in(*chosen.slot, options);
    take_key(chosen);
  }
  const Identity& identity() const override { return identity_; }
  std::string sign_detached(std::string_view content) override {
    return sign(certificate_.get(), key_.get(), content);
  }

 private:
  void log_in(PKCS11_SLOT& slot, const TokenOptions& options) {
    if (!slot.token->loginRequired) return;
    const auto label = text_of(slot.token->label);
    check_tries(pin_flags(*slot.token), label, options);
    take_token_error();  // of before: the login's own is asked for
    if (slot.token->secureLogin) {
      options.note(fmt::format("enter the PIN of the token \"{}\" at its reader", label));
      if (PKCS11_login(&slot, 0, nullptr) != 0) login_failed(module_, slot, label);
      return;
    }
    pin_ = options.pin();
    if (pin_.empty())
      throw Error(ErrorKind::usage, "an empty PIN is not valid; nothing was presented to the token");
    module_.answer_with(pin_);
    if (PKCS11_login(&slot, 0, SecretText(pin_).c_str()) != 0) login_failed(module_, slot, label);
  }

  void take_key(const Candidate& chosen) {
    auto* key = PKCS11_find_key(chosen.certificate);
    if (key != nullptr) key_.reset(PKCS11_get_private_key(key));
    const auto name = to_string(uri_of(chosen));
    if (!key_) {
      take_token_error();
      throw Error(ErrorKind::usage, name + ": the token has no private key for this certificate");
    }
    if (X509_check_private_key(certificate_.get(), key_.get()) != 1) {
      take_token_error();
      throw Error(ErrorKind::usage, name + ": the key on the token is not this certificate's");
    }
  }

  // In this order: the key goes before the module that has it, and the PIN after both.
  Secret pin_;
  Pkcs11Module module_;
  X509Ptr certificate_;
  KeyPtr key_;
  Identity identity_;
};

}  // namespace

std::unique_ptr<Signer> token_signer(const TokenOptions& options, TimePoint now) {
  return std::make_unique<TokenSigner>(options, now);
}

std::optional<std::string> find_opensc_module() {
  for (const auto* folder : {"/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu", "/usr/lib64",
                             "/usr/lib", "/usr/lib64/pkcs11", "/usr/lib/pkcs11", "/usr/local/lib"}) {
    const auto module = std::string(folder) + "/opensc-pkcs11.so";
    std::error_code error;
    if (std::filesystem::exists(module, error)) return module;
  }
  return std::nullopt;
}

}  // namespace smx::signing
