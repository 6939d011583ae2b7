#include "scenarios/agent/windows/logon/security_log.h"

#include <memory>
#include <string>

#include "scenarios/agent/core/reporter.h"
#include "scenarios/agent/windows/win32/functions.h"
#include "scenarios/agent/windows/win32/handle.h"
#include "scenarios/agent/windows/win32/system_error.h"
#include "scenarios/agent/windows/win32/text.h"
#include "scenarios/agent/windows/win32/tokens.h"
// after windows.h
#include <ntsecapi.h>
#include <winevt.h>

namespace smx::agent {
namespace {

constexpr std::size_t kMostEvents = 256;
constexpr DWORD kRoom = 64u << 10, kLogPatience = 5000;  // bytes of an event's values; ms for one answer
constexpr std::size_t kAccountNameLimit = 256;

// What is read of an event, by the fixed names of its fields, never by its text, which is localized.
constexpr const wchar_t* kPaths[] = {
    L"Event/System/EventID",
    L"Event/System/EventRecordID",
    L"Event/EventData/Data[@Name='TargetUserSid']",
    L"Event/EventData/Data[@Name='TargetUserName']",
    L"Event/EventData/Data[@Name='TargetDomainName']",
    L"Event/EventData/Data[@Name='LogonType']",
    L"Event/EventData/Data[@Name='Status']",
    L"Event/EventData/Data[@Name='SubStatus']",
};
constexpr DWORD kValues = sizeof kPaths / sizeof kPaths[0];

[[noreturn]] void no_audit(const std::string& why) {
  throw StepFailure(CheckOutcome::blocked, "no-audit", why, true);
}

/// wevtapi.dll, looked up at run time: the agent has to start where there is none.
struct EventLog {
  decltype(&EvtQuery) query = nullptr;
  decltype(&EvtNext) next = nullptr;
  decltype(&EvtRender) render = nullptr;
  decltype(&EvtCreateRenderContext) create_context = nullptr;
  decltype(&EvtClose) close = nullptr;

  EventLog() {
    constexpr const wchar_t* kLibrary = L"wevtapi.dll";
    if (!load_system_library(kLibrary))
      no_audit("the event log cannot be read: wevtapi.dll: " + error_text(GetLastError()));
    query = function_of<decltype(query)>(kLibrary, "EvtQuery");
    next = function_of<decltype(next)>(kLibrary, "EvtNext");
    render = function_of<decltype(render)>(kLibrary, "EvtRender");
    create_context = function_of<decltype(create_context)>(kLibrary, "EvtCreateRenderContext");
    close = function_of<decltype(close)>(kLibrary, "EvtClose");
    if (query == nullptr || next == nullptr || render == nullptr || create_context == nullptr ||
        close == nullptr)
      no_audit("the event log cannot be read: wevtapi.dll lacks functions");
  }
};

const EventLog& event_log() {
  static const EventLog log;
  return log;
}

class EventHandle {
 public:
  EventHandle(EVT_HANDLE value, const char* what) : value_(value) {
    if (value_ == nullptr) no_audit(std::string(what) + ": " + error_text(GetLastError()));
  }
  ~EventHandle() { event_log().close(value_); }
  EventHandle(const EventHandle&) = delete;
  EventHandle& operator=(const EventHandle&) = delete;
  EVT_HANDLE get() const { return value_; }

 private:
  EVT_HANDLE value_;
};

std::uint64_t number(const EVT_VARIANT& value) {
  switch (value.Type) {
    case EvtVarTypeByte: return value.ByteVal;
    case EvtVarTypeUInt16: return value.UInt16Val;
    case EvtVarTypeUInt32:
    case EvtVarTypeHexInt32: return value.UInt32Val;
    case EvtVarTypeInt32: return static_cast<std::uint32_t>(value.Int32Val);
    case EvtVarTypeUInt64:
    case EvtVarTypeHexInt64: return value.UInt64Val;
    default: return 0;
  }
}

std::uint32_t number32(const EVT_VARIANT& value) {
  return static_cast<std::uint32_t>(number(value));
}

std::string text(const EVT_VARIANT& value) {
  if (value.Type == EvtVarTypeSid) return value.SidVal == nullptr ? "" : sid_text(value.SidVal);
  if (value.Type != EvtVarTypeString || value.StringVal == nullptr) return "";
  return narrow(std::wstring_view(value.StringVal).substr(0, kAccountNameLimit));
}

/// A query's events, one after the other.
class Events {
 public:
  Events(const std::wstring& wanted, DWORD direction)
      : result_(event_log().query(nullptr, L"Security", wanted.c_str(), EvtQueryChannelPath | direction),
                "asking the Security log"),
        context_(event_log().create_context(kValues, const_cast<LPCWSTR*>(kPaths), EvtRenderContextValues),
                 "asking for an event's fields") {}

  /// False when there is no more.
  bool next(LogonEvent& into) {
    EVT_HANDLE handle = nullptr;
    DWORD got = 0;
    if (event_log().next(result_.get(), 1, &handle, kLogPatience, 0, &got) == 0 || got == 0) {
      if (GetLastError() != ERROR_NO_MORE_ITEMS)
        no_audit("reading the Security log: " + error_text(GetLastError()));
      return false;
    }
    const EventHandle event(handle, "reading the Security log");
    DWORD used = 0, count = 0;
    if (event_log().render(context_.get(), event.get(), EvtRenderEventValues, kRoom, values_.get(), &used,
                           &count) == 0 ||
        count != kValues)
      no_audit("reading an event of the Security log: " + error_text(GetLastError()));
    const auto* v = reinterpret_cast<const EVT_VARIANT*>(values_.get());
    into = {number32(v[0]), number(v[1]),   text(v[2]),     text(v[3]),
            text(v[4]),     number32(v[5]), number32(v[6]), number32(v[7])};
    return true;
  }

 private:
  EventHandle result_, context_;
  std::unique_ptr<std::uint64_t[]> values_ = std::make_unique<std::uint64_t[]>(kRoom / 8);
};

/// LocalSystem has the privilege, but not switched on.
void enable_security_privilege() {
  Handle token;
  TOKEN_PRIVILEGES wanted{};
  wanted.PrivilegeCount = 1;
  wanted.Privileges[0].Attributes = SE_PRIVILEGE_ENABLED;
  if (OpenProcessToken(GetCurrentProcess(), TOKEN_ADJUST_PRIVILEGES | TOKEN_QUERY, token.out()) != 0 &&
      LookupPrivilegeValueW(nullptr, L"SeSecurityPrivilege", &wanted.Privileges[0].Luid) != 0)
    AdjustTokenPrivileges(token.get(), FALSE, &wanted, 0, nullptr, nullptr);
}

/// POLICY_AUDIT_EVENT_SUCCESS and _FAILURE of the subcategory Logon (MS-GPAC 2.2.1.2).
ULONG logon_audit() {
  constexpr GUID kLogon{0x0cce9215, 0x69ae, 0x11d9, {0xbe, 0xd3, 0x50, 0x50, 0x54, 0x50, 0x30, 0x30}};
  const auto query =
      function_of<decltype(&AuditQuerySystemPolicy)>(L"advapi32.dll", "AuditQuerySystemPolicy");
  const auto release = function_of<decltype(&AuditFree)>(L"advapi32.dll", "AuditFree");
  if (query == nullptr || release == nullptr)
    no_audit("this system does not say whether it writes logons down");
  enable_security_privilege();
  AUDIT_POLICY_INFORMATION* policy = nullptr;
  if (query(&kLogon, 1, &policy) == 0 || policy == nullptr)
    no_audit("AuditQuerySystemPolicy: " + error_text(GetLastError()));
  const auto audited = policy->AuditingInformation;
  release(policy);
  return audited;
}

}  // namespace

void require_logon_audit() {
  constexpr ULONG kBoth = POLICY_AUDIT_EVENT_SUCCESS | POLICY_AUDIT_EVENT_FAILURE;
  const auto audited = logon_audit();
  if ((audited & kBoth) == kBoth) return;
  const bool granted = (audited & POLICY_AUDIT_EVENT_SUCCESS) != 0;
  const bool refused = (audited & POLICY_AUDIT_EVENT_FAILURE) != 0;
  no_audit(std::string("logons are not written down (auditing of the subcategory Logon: ") +
           (granted   ? "success only"
            : refused ? "failure only"
                      : "off") +
           "), so no logon at the screen could be seen");
}

std::uint64_t newest_security_record() {
  Events events(L"*", EvtQueryReverseDirection);
  LogonEvent newest;
  return events.next(newest) ? newest.record : 0;
}

std::vector<LogonEvent> logon_events_after(std::uint64_t record) {
  // Services and the network log on all the time; here it is about persons at this machine.
  Events events(L"*[System[(EventID=4624 or EventID=4625) and EventRecordID>" + std::to_wstring(record) +
                    L"] and EventData[Data[@Name='LogonType']=2 or Data[@Name='LogonType']=7 or "
                    L"Data[@Name='LogonType']=11 or Data[@Name='LogonType']=13]]",
                EvtQueryForwardDirection);
  std::vector<LogonEvent> all;
  for (LogonEvent event; all.size() < kMostEvents && events.next(event);) all.push_back(event);
  return all;
}

}  // namespace smx::agent
