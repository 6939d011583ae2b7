#include "scenarios/agent/windows/net/negotiate.h"

#include <algorithm>

#include "scenarios/agent/core/reporter.h"
#include "scenarios/agent/windows/net/tcp.h"
#include "scenarios/agent/windows/win32/system.h"
#include "scenarios/agent/windows/win32/system_error.h"
#include "scenarios/agent/windows/win32/text.h"
// after windows.h
#define SECURITY_WIN32
#include <sspi.h>

namespace smx::agent {
namespace {

constexpr std::size_t kWebAnswerLimit = 256u << 10;

const char* sspi_cause(SECURITY_STATUS status) {
  switch (static_cast<std::uint32_t>(status)) {
    case 0x80090311: return "no-kdc";           // SEC_E_NO_AUTHENTICATING_AUTHORITY
    case 0x80090305: return "no-kerberos";      // SEC_E_SECPKG_NOT_FOUND
    case 0x80090303: return "no-such-service";  // SEC_E_TARGET_UNKNOWN
    case 0x80090324: return "clock-skew";       // SEC_E_TIME_SKEW
    case 0x8009033e: return "logon-refused";
    case 0x8010006b: return "wrong-pin";
    case 0x8010006c: return "pin-blocked";
    default: return "logon-refused";
  }
}

void expect_security(SECURITY_STATUS status, const char* what) {
  if (status >= 0) return;
  throw StepFailure(CheckOutcome::failed, sspi_cause(status),
                    std::string(what) + ": " + error_text(static_cast<std::uint32_t>(status)));
}

class Ticket {
 public:
  Ticket(const std::string& service, const Identity* identity) {
    wchar_t package[] = L"Kerberos";
    SEC_WINNT_AUTH_IDENTITY_W explicit_identity{};
    std::wstring user, password;
    if (identity != nullptr) {
      user = wide(identity->user);
      password = wide(identity->password.reveal());
      explicit_identity.User = reinterpret_cast<unsigned short*>(user.data());
      explicit_identity.UserLength = static_cast<unsigned long>(user.size());
      explicit_identity.Password = reinterpret_cast<unsigned short*>(password.data());
      explicit_identity.PasswordLength = static_cast<unsigned long>(password.size());
      explicit_identity.Flags = SEC_WINNT_AUTH_IDENTITY_UNICODE;
    }
    TimeStamp expiry{};
    const auto acquired = AcquireCredentialsHandleW(nullptr, package, SECPKG_CRED_OUTBOUND, nullptr,
                                                    identity == nullptr ? nullptr : &explicit_identity,
                                                    nullptr, nullptr, &credentials_, &expiry);
    SecureZeroMemory(password.data(), password.size() * sizeof(wchar_t));
    expect_security(acquired, "Kerberos does not take the credentials");
    has_credentials_ = true;
    begin(service);
  }
  ~Ticket() {
    if (has_context_) DeleteSecurityContext(&context_);
    if (has_credentials_) FreeCredentialsHandle(&credentials_);
  }
  Ticket(const Ticket&) = delete;
  Ticket& operator=(const Ticket&) = delete;
  const Bytes& token() const { return token_; }

 private:
  void begin(const std::string& service) {
    auto target = wide(service);
    SecBuffer out{0, SECBUFFER_TOKEN, nullptr};
    SecBufferDesc out_list{SECBUFFER_VERSION, 1, &out};
    ULONG attributes = 0;
    TimeStamp expiry{};
    const auto status = InitializeSecurityContextW(
        &credentials_, nullptr, target.data(), ISC_REQ_ALLOCATE_MEMORY | ISC_REQ_MUTUAL_AUTH, 0,
        SECURITY_NATIVE_DREP, nullptr, 0, &context_, &out_list, &attributes, &expiry);
    has_context_ = status >= 0;
    if (out.pvBuffer != nullptr) {
      const auto* bytes = static_cast<const std::uint8_t*>(out.pvBuffer);
      token_.assign(bytes, bytes + out.cbBuffer);
      FreeContextBuffer(out.pvBuffer);
    }
    expect_security(status, "Kerberos gives no ticket for the web server");
  }

  CredHandle credentials_{};
  CtxtHandle context_{};
  bool has_credentials_ = false, has_context_ = false;
  Bytes token_;
};

}  // namespace

std::string ask_web_by_ticket(const Lab& lab, const std::string& path, const Identity* identity,
                              const Deadline& deadline, const std::string& body) {
  const Ticket ticket("HTTP/" + lab.web.name, identity);
  TcpConnection tcp(lab.web.host, lab.web.port, deadline);
  auto request = (body.empty() ? "GET " : "POST ") + path + " HTTP/1.0\r\nHost: " + lab.web.name +
                 "\r\nAuthorization: Negotiate " + base64(ticket.token()) + "\r\n";
  if (!body.empty())
    request += "Content-Type: application/pkcs10\r\nContent-Length: " + std::to_string(body.size()) + "\r\n";
  request += "\r\n" + body;
  tcp.send(request.data(), request.size());
  std::vector<char> answer;
  while (answer.size() < kWebAnswerLimit && tcp.receive(answer)) continue;
  return {answer.begin(), answer.end()};
}

}  // namespace smx::agent
