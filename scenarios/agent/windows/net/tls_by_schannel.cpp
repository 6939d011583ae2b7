// The structures of SCH_CREDENTIALS, which Windows 10 1809 brought.
#define SCHANNEL_USE_BLACKLISTS
#include "scenarios/agent/windows/net/tls_by_schannel.h"

// after windows.h
#include <ntsecapi.h>
#define SECURITY_WIN32
#include <sspi.h>
// after sspi.h
#include <schannel.h>

#include <algorithm>
#include <vector>

#include "scenarios/agent/core/reporter.h"
#include "scenarios/agent/windows/net/tcp.h"
#include "scenarios/agent/windows/smartcard/provider_key.h"
#include "scenarios/agent/windows/win32/system_error.h"
#include "scenarios/agent/windows/win32/text.h"

namespace smx::agent {
namespace {

constexpr std::size_t kAnswerLimit = 64u << 10, kRecordsLimit = 256u << 10;
constexpr ULONG kFlags = ISC_REQ_SEQUENCE_DETECT | ISC_REQ_REPLAY_DETECT | ISC_REQ_CONFIDENTIALITY |
                         ISC_REQ_ALLOCATE_MEMORY | ISC_REQ_STREAM | ISC_REQ_USE_SUPPLIED_CREDS |
                         ISC_REQ_MANUAL_CRED_VALIDATION;
constexpr DWORD kCredentialFlags = SCH_CRED_MANUAL_CRED_VALIDATION | SCH_CRED_NO_DEFAULT_CREDS;

/// Schannel's own macro for it casts in C's way.
bool is_valid(const SecHandle& handle) {
  return handle.dwLower != ~ULONG_PTR{0} || handle.dwUpper != ~ULONG_PTR{0};
}

[[noreturn]] void refused(const std::string& what, SECURITY_STATUS status) {
  const auto error = static_cast<std::uint32_t>(status);
  throw StepFailure(CheckOutcome::failed, provider_cause(error, "tls-refused"),
                    what + ": " + error_text(error));
}

SECURITY_STATUS acquire(void* credentials, CredHandle& handle) {
  TimeStamp expiry{};
  wchar_t package[] = UNISP_NAME_W;
  return AcquireCredentialsHandleW(nullptr, package, SECPKG_CRED_OUTBOUND, nullptr, credentials, nullptr,
                                   nullptr, &handle, &expiry);
}

class Credentials {
 public:
  Credentials(TlsVersion version, const CERT_CONTEXT* client) {
    const auto status = version == TlsVersion::v1_2 ? acquire_1_2(client) : acquire_1_3(client);
    if (status == SEC_E_OK) return;
    const auto error = static_cast<std::uint32_t>(status);
    // What Schannels answer that do not know the structure, or know no version that it leaves.
    const bool unknown = status == SEC_E_UNKNOWN_CREDENTIALS || status == SEC_E_ALGORITHM_MISMATCH ||
                         status == SEC_E_UNSUPPORTED_FUNCTION || status == SEC_E_INVALID_PARAMETER;
    if (version == TlsVersion::v1_3 && unknown)
      throw StepFailure(CheckOutcome::not_applicable, "no-tls13",
                        "this system's Schannel has no TLS 1.3: " + error_text(error));
    refused("Schannel does not take the credentials", status);
  }
  ~Credentials() {
    if (is_valid(handle_)) FreeCredentialsHandle(&handle_);
  }
  Credentials(const Credentials&) = delete;
  Credentials& operator=(const Credentials&) = delete;
  CredHandle* get() { return &handle_; }

 private:
  SECURITY_STATUS acquire_1_2(const CERT_CONTEXT* client) {
    SCHANNEL_CRED credentials{};
    credentials.dwVersion = SCHANNEL_CRED_VERSION;
    credentials.grbitEnabledProtocols = SP_PROT_TLS1_2_CLIENT;
    credentials.dwFlags = kCredentialFlags;
    credentials.cCreds = client == nullptr ? 0 : 1;
    credentials.paCred = &client;
    return acquire(&credentials, handle_);
  }
  SECURITY_STATUS acquire_1_3(const CERT_CONTEXT* client) {
    TLS_PARAMETERS parameters{};
    parameters.grbitDisabledProtocols = ~DWORD{SP_PROT_TLS1_3_CLIENT};
    SCH_CREDENTIALS credentials{};
    credentials.dwVersion = SCH_CREDENTIALS_VERSION;
    credentials.dwFlags = kCredentialFlags | SCH_USE_STRONG_CRYPTO;
    credentials.cTlsParameters = 1;
    credentials.pTlsParameters = &parameters;
    credentials.cCreds = client == nullptr ? 0 : 1;
    credentials.paCred = &client;
    return acquire(&credentials, handle_);
  }
  CredHandle handle_{~ULONG_PTR{0}, ~ULONG_PTR{0}};
};

SecBuffer buffer(ULONG type, void* data = nullptr, std::size_t size = 0) {
  return {static_cast<ULONG>(size), type, data};
}

/// The client's side of one connection.
class Session {
 public:
  Session(Credentials& credentials, const std::string& name, TcpConnection& tcp)
      : credentials_(credentials), name_(wide(name)), tcp_(tcp) {}
  ~Session() {
    if (is_valid(context_)) DeleteSecurityContext(&context_);
  }
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  /// Until the handshake is over; also for what a server of TLS 1.3 says after it.
  void shake_hands() {
    for (SECURITY_STATUS status = step(); status != SEC_E_OK; status = step()) {
      if (status == SEC_I_INCOMPLETE_CREDENTIALS) continue;  // the server wants a certificate; there is none
      const bool needs_more = status == SEC_I_CONTINUE_NEEDED || status == SEC_E_INCOMPLETE_MESSAGE;
      if (!needs_more) refused("the TLS handshake", status);
      if (status == SEC_I_CONTINUE_NEEDED && !received_.empty()) continue;
      if (received_.size() > kRecordsLimit || !tcp_.receive(received_))
        throw StepFailure(CheckOutcome::failed, "tls-refused", "the server closed during the TLS handshake");
    }
  }

  Certificate server_certificate() {
    const CERT_CONTEXT* certificate = nullptr;
    const auto status = QueryContextAttributesW(&context_, SECPKG_ATTR_REMOTE_CERT_CONTEXT, &certificate);
    if (status != SEC_E_OK) refused("the server's certificate", status);
    return Certificate(certificate);
  }

  std::string version() {
    SecPkgContext_ConnectionInfo info{};
    if (QueryContextAttributesW(&context_, SECPKG_ATTR_CONNECTION_INFO, &info) != SEC_E_OK) return {};
    if ((info.dwProtocol & SP_PROT_TLS1_2) != 0) return "TLSv1.2";
    if ((info.dwProtocol & SP_PROT_TLS1_3) != 0) return "TLSv1.3";
    return "protocol " + std::to_string(info.dwProtocol);
  }

  std::string cipher() {
    SecPkgContext_CipherInfo info{};
    info.dwVersion = SECPKGCONTEXT_CIPHERINFO_V1;
    if (QueryContextAttributesW(&context_, SECPKG_ATTR_CIPHER_INFO, &info) != SEC_E_OK) return {};
    return narrow(info.szCipherSuite);
  }

  void send(const std::string& text) {
    SecPkgContext_StreamSizes sizes{};
    const auto asked = QueryContextAttributesW(&context_, SECPKG_ATTR_STREAM_SIZES, &sizes);
    if (asked != SEC_E_OK || text.size() > sizes.cbMaximumMessage) refused("sizing a TLS record", asked);
    std::vector<char> record(sizes.cbHeader + text.size() + sizes.cbTrailer);
    char* const body = record.data() + sizes.cbHeader;
    std::copy(text.begin(), text.end(), body);
    SecBuffer parts[] = {buffer(SECBUFFER_STREAM_HEADER, record.data(), sizes.cbHeader),
                         buffer(SECBUFFER_DATA, body, text.size()),
                         buffer(SECBUFFER_STREAM_TRAILER, body + text.size(), sizes.cbTrailer),
                         buffer(SECBUFFER_EMPTY)};
    SecBufferDesc message{SECBUFFER_VERSION, 4, parts};
    const auto status = EncryptMessage(&context_, 0, &message, 0);
    if (status != SEC_E_OK) refused("encrypting a TLS record", status);
    tcp_.send(record.data(), std::size_t{parts[0].cbBuffer} + parts[1].cbBuffer + parts[2].cbBuffer);
  }

  /// Until the server closes.
  std::string receive_all() {
    std::string text;
    while (text.size() < kAnswerLimit) {
      const auto before = text.size();
      const auto status = received_.empty() ? SEC_E_INCOMPLETE_MESSAGE : decrypt(text);
      if (status == SEC_I_CONTEXT_EXPIRED) break;
      // Wine says this of the server's farewell (close_notify); the lab's servers send no empty records.
      if (status == SEC_E_OK && text.size() == before) break;
      if (status == SEC_I_RENEGOTIATE)
        shake_hands();
      else if (status == SEC_E_INCOMPLETE_MESSAGE && !tcp_.receive(received_))
        break;
      else if (status != SEC_E_OK && status != SEC_E_INCOMPLETE_MESSAGE)
        refused("the server's answer", status);
    }
    return text;
  }

 private:
  /// One call of InitializeSecurityContext with what was received, of which the rest is kept.
  SECURITY_STATUS step() {
    SecBuffer in[] = {buffer(SECBUFFER_TOKEN, received_.data(), received_.size()), buffer(SECBUFFER_EMPTY)};
    SecBufferDesc in_list{SECBUFFER_VERSION, 2, in};
    SecBuffer out[] = {buffer(SECBUFFER_TOKEN), buffer(SECBUFFER_ALERT), buffer(SECBUFFER_EMPTY)};
    SecBufferDesc out_list{SECBUFFER_VERSION, 3, out};
    const bool first = !is_valid(context_);
    ULONG attributes = 0;
    TimeStamp expiry{};
    const auto status = InitializeSecurityContextW(credentials_.get(), first ? nullptr : &context_,
                                                   name_.data(), kFlags, 0, 0, first ? nullptr : &in_list, 0,
                                                   &context_, &out_list, &attributes, &expiry);
    for (auto& part : out) {
      if (part.pvBuffer == nullptr) continue;
      // An alert goes out too: it tells the server why.
      if (part.cbBuffer > 0) tcp_.send(part.pvBuffer, part.cbBuffer);
      FreeContextBuffer(part.pvBuffer);
    }
    if (status != SEC_E_INCOMPLETE_MESSAGE && status != SEC_I_INCOMPLETE_CREDENTIALS && !first)
      keep_last(in[1].BufferType == SECBUFFER_EXTRA ? in[1].cbBuffer : 0);
    return status;
  }

  SECURITY_STATUS decrypt(std::string& text) {
    SecBuffer parts[] = {buffer(SECBUFFER_DATA, received_.data(), received_.size()), buffer(SECBUFFER_EMPTY),
                         buffer(SECBUFFER_EMPTY), buffer(SECBUFFER_EMPTY)};
    SecBufferDesc message{SECBUFFER_VERSION, 4, parts};
    const auto status = DecryptMessage(&context_, &message, 0, nullptr);
    if (status == SEC_E_INCOMPLETE_MESSAGE) return status;
    ULONG extra = 0;
    for (const auto& part : parts) {
      if (part.BufferType == SECBUFFER_DATA && part.pvBuffer != nullptr && status == SEC_E_OK)
        text.append(static_cast<const char*>(part.pvBuffer), part.cbBuffer);
      if (part.BufferType == SECBUFFER_EXTRA) extra = part.cbBuffer;
    }
    keep_last(extra);
    return status;
  }

  void keep_last(std::size_t count) {
    received_.erase(received_.begin(),
                    received_.end() - static_cast<std::ptrdiff_t>(std::min(count, received_.size())));
  }

  Credentials& credentials_;
  std::wstring name_;
  TcpConnection& tcp_;
  CtxtHandle context_{~ULONG_PTR{0}, ~ULONG_PTR{0}};
  std::vector<char> received_;
};

}  // namespace

TlsAnswer ask_by_tls(const Service& server, TlsVersion version, const CERT_CONTEXT* client,
                     const std::string& request, const Deadline& deadline) {
  Credentials credentials(version, client);
  TcpConnection tcp(server.host, server.port, deadline);
  Session session(credentials, server.name, tcp);
  session.shake_hands();
  const auto error = server_certificate_error(*session.server_certificate(), server.name, server.ca_pem);
  if (error != 0)
    throw StepFailure(CheckOutcome::failed, "server-not-trusted",
                      "the server's certificate: " + error_text(error));
  TlsAnswer answer{session.version(), session.cipher(), ""};
  session.send(request);
  answer.text = session.receive_all();
  return answer;
}

}  // namespace smx::agent
