#include "scenarios/agent/windows/logon/card_logon.h"

#include "scenarios/agent/windows/logon/kerb_certificate_logon.h"
#include "scenarios/agent/windows/logon/logon_errors.h"
#include "scenarios/agent/windows/platform/windows_platform.h"
#include "scenarios/agent/windows/smartcard/calais.h"
#include "scenarios/agent/windows/smartcard/provider_key.h"
#include "scenarios/agent/windows/win32/service_errors.h"
#include "scenarios/agent/windows/win32/services.h"
#include "scenarios/agent/windows/win32/system_error.h"
#include "scenarios/agent/windows/win32/text.h"
#include "scenarios/agent/windows/win32/tokens.h"
// after windows.h
#include <ntsecapi.h>
// after ntsecapi.h
#include <lm.h>

namespace smx::agent {
namespace {

constexpr const char* kRsaProvider = "Microsoft Base Smart Card Crypto Provider";
constexpr const char* kCurveProvider = "Microsoft Smart Card Key Storage Provider";

std::uint32_t status_number(NTSTATUS status) {
  return static_cast<std::uint32_t>(status);
}

LSA_STRING lsa_string(std::string& text) {
  return {static_cast<USHORT>(text.size()), static_cast<USHORT>(text.size() + 1), text.data()};
}

/// The trusted connection to the local security authority.
class Authority {
 public:
  Authority() {
    std::string name = "safemode";
    auto process = lsa_string(name);
    LSA_OPERATIONAL_MODE mode = 0;
    const auto status = LsaRegisterLogonProcess(&process, &handle_, &mode);
    if (status != 0)
      throw StepFailure(CheckOutcome::blocked, "not-local-system",
                        "only LocalSystem may ask for a logon (LsaRegisterLogonProcess): " +
                            error_text(status_number(status)),
                        true);
  }
  ~Authority() { LsaDeregisterLogonProcess(handle_); }
  Authority(const Authority&) = delete;
  Authority& operator=(const Authority&) = delete;
  HANDLE get() const { return handle_; }

  ULONG kerberos() const {
    std::string name = "Kerberos";
    auto package = lsa_string(name);
    ULONG id = 0;
    const auto status = LsaLookupAuthenticationPackage(handle_, &package, &id);
    if (status != 0)
      throw StepFailure(CheckOutcome::failed, "no-kerberos",
                        "the authentication package Kerberos: " + error_text(status_number(status)));
    return id;
  }

 private:
  HANDLE handle_ = nullptr;
};

std::u16string utf16(const std::string& text) {
  const auto units = wide(text);
  return {units.begin(), units.end()};
}

std::string text_of(const LSA_UNICODE_STRING& text) {
  return text.Buffer == nullptr ? "" : narrow({text.Buffer, text.Length / sizeof(wchar_t)});
}

void describe_session(LogonEnd& end, LUID id) {
  end.logon_id = static_cast<std::uint64_t>(static_cast<std::uint32_t>(id.HighPart)) << 32 | id.LowPart;
  SECURITY_LOGON_SESSION_DATA* data = nullptr;
  if (LsaGetLogonSessionData(&id, &data) != 0 || data == nullptr) return;
  end.logon_type = data->LogonType;
  end.package = text_of(data->AuthenticationPackage);
  end.server = text_of(data->LogonServer);
  end.upn = text_of(data->Upn);
  LsaFreeReturnBuffer(data);
}

/// KERB_INTERACTIVE_PROFILE begins as MSV1_0_INTERACTIVE_PROFILE does: UserFlags say whether a kept logon was
/// taken (LOGON_CACHED_ACCOUNT).
bool tells_cached(const void* profile, ULONG size) {
  constexpr ULONG kCachedAccount = 0x04;
  if (profile == nullptr || size < sizeof(KERB_INTERACTIVE_PROFILE)) return false;
  return (static_cast<const KERB_INTERACTIVE_PROFILE*>(profile)->UserFlags & kCachedAccount) != 0;
}

}  // namespace

LogonCard find_logon_card(ScenarioContext& context) {
  const auto cards = context.platform.smart_cards(context.deadline);
  const auto reader = first_reader(*cards, context.deadline);
  context.details.set({"reader"}, reader);
  const auto status = cards->status(reader);
  if (!status.card) throw StepFailure(CheckOutcome::failed, "no-card", "the reader is empty");
  const ProviderKey key(reader, der_of_pem(context.request.certificate_pem));
  context.details.set({"container"}, key.container());
  return {find_calais_card(status.atr).name, reader, key.container(),
          has_curve_key(key.certificate()) ? kCurveProvider : kRsaProvider};
}

LogonEnd log_on_by_card(const LogonCard& card, const LogonWish& wish) {
  const Authority authority;
  const auto package = authority.kerberos();
  CardLogon logon{utf16(wish.domain),  utf16(wish.user),   utf16(std::string(wish.pin.reveal())),
                  utf16(card.card),    utf16(card.reader), utf16(card.container),
                  utf16(card.provider)};
  if (wish.unlock != 0) logon.unlock = wish.unlock;
  auto block = kerb_certificate_logon(logon, sizeof(void*));
  SecureZeroMemory(logon.pin.data(), logon.pin.size() * sizeof(char16_t));
  std::string name = "safemode-matrix";
  auto origin = lsa_string(name);
  TOKEN_SOURCE source{};
  std::copy_n("SmxAgent", TOKEN_SOURCE_LENGTH, source.SourceName);
  AllocateLocallyUniqueId(&source.SourceIdentifier);
  void* profile = nullptr;
  ULONG profile_size = 0;
  LUID id{};
  QUOTA_LIMITS quotas{};
  NTSTATUS substatus = 0;
  LogonEnd end;
  const auto status = LsaLogonUser(authority.get(), &origin, Interactive, package, block.data(),
                                   static_cast<ULONG>(block.size()), nullptr, &source, &profile,
                                   &profile_size, &id, end.token.out(), &quotas, &substatus);
  SecureZeroMemory(block.data(), block.size());
  end.status = status_number(status);
  end.substatus = status_number(substatus);
  if (status == 0) {
    end.cached = tells_cached(profile, profile_size);
    const auto owner = owner_of(end.token.get());
    end.user = owner.user;
    end.domain = owner.domain;
    end.sid = owner.sid;
    describe_session(end, id);
  }
  if (profile != nullptr) LsaFreeReturnBuffer(profile);
  return end;
}

std::string describe(const LogonEnd& end) {
  if (!end.ok())
    return "refused: " + error_text(end.status) +
           (end.substatus != 0 ? ", " + error_text(end.substatus) : "");
  return end.domain + "\\" + end.user + " (" + end.sid + "), logon type " + std::to_string(end.logon_type) +
         ", " + end.package + (end.server.empty() ? "" : ", by " + end.server) +
         (end.cached ? ", from the cache" : "");
}

void record(Details& details, const char* where, const LogonEnd& end) {
  details.set({where, "status"}, error_text(end.status));
  if (end.substatus != 0) details.set({where, "substatus"}, error_text(end.substatus));
  if (!end.ok()) return;
  details.set({where, "user"}, end.domain + "\\" + end.user);
  details.set({where, "sid"}, end.sid);
  details.set({where, "upn"}, end.upn);
  details.set({where, "logon_type"}, std::int64_t{end.logon_type});
  details.set({where, "package"}, end.package);
  details.set({where, "server"}, end.server);
  details.set({where, "cached"}, end.cached);
}

void require_domain_member(ScenarioContext& context) {
  require_administrator();
  wchar_t* name = nullptr;
  NETSETUP_JOIN_STATUS joined = NetSetupUnknownStatus;
  const auto error = NetGetJoinInformation(nullptr, &name, &joined);
  const auto domain = name == nullptr ? std::string() : narrow(name);
  if (name != nullptr) NetApiBufferFree(name);
  if (error != 0 || joined != NetSetupDomainName)
    throw StepFailure(
        CheckOutcome::blocked, "not-joined",
        "this machine is not a member of a domain" + (error != 0 ? ": " + error_text(error) : std::string()),
        true);
  context.details.set({"joined_to"}, domain);
  context.platform.require(SystemService::network, context.deadline);
  for (const auto* service : {"CryptSvc", "KeyIso", "Netlogon"}) {
    const auto end = start_service(service, context.deadline);
    if (!service_runs(end.error)) throw service_failure(service, end.refused, end.error, "no-logon-service");
  }
}

}  // namespace smx::agent
