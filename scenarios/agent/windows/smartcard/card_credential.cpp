#include "scenarios/agent/windows/smartcard/card_credential.h"

#include <algorithm>

#include "scenarios/agent/windows/win32/hashes.h"
#include "scenarios/agent/windows/win32/system_error.h"
#include "scenarios/agent/windows/win32/text.h"
// after windows.h
#include <wincred.h>

namespace smx::agent {

std::string marshalled_certificate(const Bytes& certificate) {
  CERT_CREDENTIAL_INFO info{};
  info.cbSize = sizeof info;
  const auto hash = sha1(certificate);
  std::copy(hash.begin(), hash.end(), info.rgbHashOfCert);
  wchar_t* text = nullptr;
  if (CredMarshalCredentialW(CertCredential, &info, &text) == 0)
    throw_trouble("CredMarshalCredential", GetLastError());
  auto name = narrow(text);
  CredFree(text);
  return name;
}

CardCredential::CardCredential(ScenarioContext& context) : store_(personal_store()) {
  const auto cards = context.platform.smart_cards(context.deadline);
  const auto reader = first_reader(*cards, context.deadline);
  const ProviderKey key(reader, der_of_pem(context.request.certificate_pem));
  certificate_ = key.certificate();
  user_name_ = marshalled_certificate(certificate_);
  if (store_.find(certificate_)) return;
  store_.add(*certificate_with_key(key, reader));
  added_ = true;
  context.details.set({"added_to_personal_store"}, true);
}

CardCredential::~CardCredential() {
  auto found = added_ ? store_.find(certificate_) : Certificate();
  if (found) CertDeleteCertificateFromStore(found.release());  // frees it too
}

}  // namespace smx::agent
