#include "scenarios/agent/windows/smartcard/certificates.h"

#include "scenarios/agent/windows/win32/system_error.h"
#include "scenarios/agent/windows/win32/text.h"

namespace smx::agent {
namespace {

constexpr DWORD kEncoding = X509_ASN_ENCODING | PKCS_7_ASN_ENCODING;
constexpr int kAuthorities = 16;

struct ChainFree {
  void operator()(const CERT_CHAIN_CONTEXT* chain) const { CertFreeCertificateChain(chain); }
};
using Chain = std::unique_ptr<const CERT_CHAIN_CONTEXT, ChainFree>;

/// Whether a chain ends with one of these roots: what an engine without a single root makes of a chain is not
/// left to it.
bool ends_in(const CERT_CHAIN_CONTEXT& chain, const CertificateStore& roots) {
  if (chain.cChain == 0 || chain.rgpChain[0]->cElement == 0) return false;
  const auto& path = *chain.rgpChain[0];
  return roots.find(der_of(*path.rgpElement[path.cElement - 1]->pCertContext)) != nullptr;
}

/// A chain engine that knows these roots and no other.
class ChainEngine {
 public:
  ChainEngine(HCERTSTORE roots, HCERTSTORE others) {
    CERT_CHAIN_ENGINE_CONFIG config{};
    config.cbSize = sizeof config;
    config.hExclusiveRoot = roots;
    config.cAdditionalStore = 1;
    config.rghAdditionalStore = &others;
    config.dwFlags = CERT_CHAIN_CACHE_ONLY_URL_RETRIEVAL;
    if (CertCreateCertificateChainEngine(&config, &engine_) == 0)
      throw_trouble("making a certificate chain engine", GetLastError());
  }
  ~ChainEngine() { CertFreeCertificateChainEngine(engine_); }
  ChainEngine(const ChainEngine&) = delete;
  ChainEngine& operator=(const ChainEngine&) = delete;

  Chain chain_of(const CERT_CONTEXT& certificate) {
    CERT_CHAIN_PARA wanted{};
    wanted.cbSize = sizeof wanted;
    const CERT_CHAIN_CONTEXT* chain = nullptr;
    if (CertGetCertificateChain(engine_, &certificate, nullptr, certificate.hCertStore, &wanted,
                                CERT_CHAIN_CACHE_ONLY_URL_RETRIEVAL, nullptr, &chain) == 0)
      throw_trouble("building the server's certificate chain", GetLastError());
    return Chain(chain);
  }

 private:
  HCERTCHAINENGINE engine_ = nullptr;
};

bool is_self_signed(const CERT_CONTEXT& certificate) {
  auto& info = *certificate.pCertInfo;
  return CertCompareCertificateName(kEncoding, &info.Subject, &info.Issuer) != FALSE;
}

}  // namespace

Certificate certificate_from(const Bytes& der) {
  Certificate certificate(
      CertCreateCertificateContext(kEncoding, der.data(), static_cast<DWORD>(der.size())));
  if (!certificate) throw_trouble("reading a certificate", GetLastError());
  return certificate;
}

Bytes der_of(const CERT_CONTEXT& certificate) {
  return {certificate.pbCertEncoded, certificate.pbCertEncoded + certificate.cbCertEncoded};
}

void CertificateStore::add(const CERT_CONTEXT& certificate) {
  if (CertAddCertificateContextToStore(store_, &certificate, CERT_STORE_ADD_REPLACE_EXISTING, nullptr) == 0)
    throw_trouble("adding a certificate to a store", GetLastError());
}

Certificate CertificateStore::find(const Bytes& der) const {
  const auto wanted = certificate_from(der);
  return Certificate(
      CertFindCertificateInStore(store_, kEncoding, 0, CERT_FIND_EXISTING, wanted.get(), nullptr));
}

CertificateStore memory_store() {
  CertificateStore store(CertOpenStore(CERT_STORE_PROV_MEMORY, 0, 0, 0, nullptr));
  if (store.get() == nullptr) throw_trouble("making a certificate store", GetLastError());
  return store;
}

CertificateStore personal_store() {
  CertificateStore store(
      CertOpenStore(CERT_STORE_PROV_SYSTEM_W, 0, 0, CERT_SYSTEM_STORE_CURRENT_USER, L"MY"));
  if (store.get() == nullptr) throw_trouble("opening the user's Personal store", GetLastError());
  return store;
}

std::uint32_t server_certificate_error(const CERT_CONTEXT& certificate, const std::string& name,
                                       const std::string& ca_pem) {
  auto roots = memory_store(), others = memory_store();
  std::string_view rest = ca_pem;
  for (int i = 0; i < kAuthorities; ++i) {
    const auto begin = rest.find("-----BEGIN CERTIFICATE-----");
    if (begin == std::string_view::npos) break;
    rest.remove_prefix(begin);
    const auto authority = certificate_from(der_of_pem(rest));
    (is_self_signed(*authority) ? roots : others).add(*authority);
    rest.remove_prefix(1);
  }
  const auto chain = ChainEngine(roots.get(), others.get()).chain_of(certificate);
  auto server = wide(name);
  SSL_EXTRA_CERT_CHAIN_POLICY_PARA ssl{};
  ssl.cbSize = sizeof ssl;
  ssl.dwAuthType = AUTHTYPE_SERVER;
  ssl.pwszServerName = server.data();
  CERT_CHAIN_POLICY_PARA policy{};
  policy.cbSize = sizeof policy;
  policy.pvExtraPolicyPara = &ssl;
  CERT_CHAIN_POLICY_STATUS status{};
  status.cbSize = sizeof status;
  if (CertVerifyCertificateChainPolicy(CERT_CHAIN_POLICY_SSL, chain.get(), &policy, &status) == 0)
    throw_trouble("judging the server's certificate chain", GetLastError());
  if (status.dwError != 0) return status.dwError;
  return ends_in(*chain, roots) ? 0 : static_cast<std::uint32_t>(CERT_E_UNTRUSTEDROOT);
}

}  // namespace smx::agent
