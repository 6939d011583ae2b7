#include "scenarios/agent/windows/smartcard/client_certificate.h"

#include "scenarios/agent/windows/win32/system_error.h"
#include "scenarios/agent/windows/win32/text.h"

namespace smx::agent {

Certificate certificate_with_key(const ProviderKey& key, const std::string& reader) {
  auto certificate = certificate_from(key.certificate());
  auto container = L"\\\\.\\" + wide(reader) + L"\\" + wide(key.container());
  wchar_t provider[] = MS_SMART_CARD_KEY_STORAGE_PROVIDER;
  CRYPT_KEY_PROV_INFO info{};
  info.pwszContainerName = container.data();
  info.pwszProvName = provider;
  info.dwProvType = 0;  // a provider of CNG
  info.dwFlags = NCRYPT_SILENT_FLAG;
  info.dwKeySpec = key.key_spec();
  if (CertSetCertificateContextProperty(certificate.get(), CERT_KEY_PROV_INFO_PROP_ID, 0, &info) == 0)
    throw_trouble("giving the certificate its key's place", GetLastError());
  // The open key, which has its PIN already; the certificate does not close it.
  NCRYPT_KEY_HANDLE handle = key.handle();
  if (CertSetCertificateContextProperty(certificate.get(), CERT_NCRYPT_KEY_HANDLE_PROP_ID,
                                        CERT_SET_PROPERTY_INHIBIT_PERSIST_FLAG, &handle) == 0)
    throw_trouble("giving the certificate its key", GetLastError());
  return certificate;
}

}  // namespace smx::agent
