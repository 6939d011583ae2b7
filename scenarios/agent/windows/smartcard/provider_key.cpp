#include "scenarios/agent/windows/smartcard/provider_key.h"

#include <array>

#include "scenarios/agent/core/reporter.h"
#include "scenarios/agent/windows/smartcard/ecdsa_der.h"
#include "scenarios/agent/windows/win32/system_error.h"
#include "scenarios/agent/windows/win32/text.h"
#include "scenarios/agent/windows/win32/wine.h"

namespace smx::agent {
namespace {

constexpr int kKeys = 32;  // more containers than any minidriver tells
constexpr DWORD kCertificateLimit = 16u << 10, kSignatureLimit = 1024;

[[noreturn]] void fail(const std::string& what, SECURITY_STATUS status, const char* otherwise) {
  const auto error = static_cast<std::uint32_t>(status);
  throw StepFailure(CheckOutcome::failed, provider_cause(error, otherwise), what + ": " + error_text(error));
}

NcryptHandle open_provider() {
  NCRYPT_PROV_HANDLE provider = 0;
  const auto status = NCryptOpenStorageProvider(&provider, MS_SMART_CARD_KEY_STORAGE_PROVIDER, 0);
  if (status != 0) fail("opening the smart card key storage provider", status, "no-card-provider");
  return NcryptHandle(provider);
}

Bytes certificate_of(NCRYPT_KEY_HANDLE key) {
  Bytes der(kCertificateLimit);
  DWORD size = 0;
  if (NCryptGetProperty(key, NCRYPT_CERTIFICATE_PROPERTY, der.data(), kCertificateLimit, &size,
                        NCRYPT_SILENT_FLAG) != 0)
    return {};
  der.resize(size);
  return der;
}

/// What NCryptEnumKeys hands out and takes back.
struct Enumeration {
  NCryptKeyName* name = nullptr;
  void* state = nullptr;
  void free_name() {
    if (name != nullptr) NCryptFreeBuffer(name);
    name = nullptr;
  }
  ~Enumeration() {
    free_name();
    if (state != nullptr) NCryptFreeBuffer(state);
  }
};

}  // namespace

bool has_smart_card_provider() {
  if (!wine_version().empty()) return false;  // it opens a provider of any name, and has one of its own
  NCRYPT_PROV_HANDLE provider = 0;
  if (NCryptOpenStorageProvider(&provider, MS_SMART_CARD_KEY_STORAGE_PROVIDER, 0) != 0) return false;
  NCryptFreeObject(provider);
  return true;
}

ProviderKey::ProviderKey(const std::string& reader, const Bytes& certificate) : provider_(open_provider()) {
  // "\\.\READER\" is the scope of one reader's card (Key Storage Property Identifiers; certutil's own form).
  const auto scope = L"\\\\.\\" + wide(reader) + L"\\";
  Enumeration keys;
  bool any = false;
  for (int i = 0; i < kKeys; ++i) {
    keys.free_name();
    const auto status =
        NCryptEnumKeys(provider_.get(), scope.c_str(), &keys.name, &keys.state, NCRYPT_SILENT_FLAG);
    if (static_cast<std::uint32_t>(status) == 0x8009002a) break;  // NTE_NO_MORE_ITEMS
    if (status != 0) fail("listing the card's keys", status, "provider-error");
    any = true;
    NCRYPT_KEY_HANDLE opened = 0;
    const auto name = scope + keys.name->pszName;
    if (NCryptOpenKey(provider_.get(), &opened, name.c_str(), keys.name->dwLegacyKeySpec,
                      NCRYPT_SILENT_FLAG) != 0)
      continue;
    NcryptHandle key(opened);
    auto der = certificate_of(opened);
    if (der.empty() || (!certificate.empty() && der != certificate)) continue;
    key_ = std::move(key);
    container_ = narrow(keys.name->pszName);
    certificate_ = std::move(der);
    key_spec_ = keys.name->dwLegacyKeySpec;
    return;
  }
  if (!any) throw StepFailure(CheckOutcome::failed, "no-key", "Windows finds no key on the card");
  throw StepFailure(CheckOutcome::failed, "no-certificate",
                    "Windows finds keys on the card, but none with its certificate");
}

void ProviderKey::set_pin(const Pin& pin) {
  auto text = wide(pin.reveal());
  const auto size = static_cast<DWORD>((text.size() + 1) * sizeof(wchar_t));
  const auto status = NCryptSetProperty(key_.get(), NCRYPT_PIN_PROPERTY, reinterpret_cast<BYTE*>(text.data()),
                                        size, NCRYPT_SILENT_FLAG);
  SecureZeroMemory(text.data(), size);
  if (status != 0) fail("giving the provider the PIN", status, "provider-error");
}

Bytes ProviderKey::sign(const Bytes& digest) {
  const bool curve = has_curve_key(certificate_);
  BCRYPT_PKCS1_PADDING_INFO padding{BCRYPT_SHA256_ALGORITHM};
  Bytes input = digest, signature(kSignatureLimit);
  DWORD size = 0;
  const DWORD flags = NCRYPT_SILENT_FLAG | (curve ? 0 : BCRYPT_PAD_PKCS1);
  const auto status =
      NCryptSignHash(key_.get(), curve ? nullptr : &padding, input.data(), static_cast<DWORD>(input.size()),
                     signature.data(), kSignatureLimit, &size, flags);
  if (status != 0) fail("signing with the card's key", status, "no-signature");
  signature.resize(size);
  return curve ? ecdsa_der(signature) : signature;
}

const char* provider_cause(std::uint32_t error, const char* otherwise) {
  static constexpr std::array<std::pair<std::uint32_t, const char*>, 14> kCauses{{
      {0x8010006b, "wrong-pin"},
      {0x8010006c, "pin-blocked"},
      {0x8010006f, "wrong-pin"},     // SCARD_W_CARD_NOT_AUTHENTICATED
      {0x80090022, "needs-dialog"},  // NTE_SILENT_CONTEXT: the provider would ask the user
      {0x8010000c, "no-card"},
      {0x80100069, "no-card"},
      {0x80100017, "no-reader"},
      {0x8010002e, "no-reader"},
      {0x80100009, "no-reader"},
      {0x8010001d, "no-smart-card-service"},
      {0x8010001e, "no-smart-card-service"},
      {0x8010000d, "no-card-driver"},  // SCARD_E_UNKNOWN_CARD
      {0x8010001c, "no-card-driver"},  // SCARD_E_CARD_UNSUPPORTED
      {0x80090016, "no-key"},          // NTE_BAD_KEYSET
  }};
  for (const auto& [code, cause] : kCauses)
    if (code == error) return cause;
  return otherwise;
}

}  // namespace smx::agent
