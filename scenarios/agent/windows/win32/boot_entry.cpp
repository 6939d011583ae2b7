#include "scenarios/agent/windows/win32/boot_entry.h"

#include <cstdio>

#include "scenarios/agent/windows/win32/functions.h"
#include "scenarios/agent/windows/win32/registry.h"

namespace smx::agent {
namespace {

// SYSTEM_BOOT_ENVIRONMENT_INFORMATION of class SystemBootEnvironmentInformation (90), as phnt's ntexapi.h has
// it. Windows 7 gives the first two members only.
struct BootEnvironment {
  GUID identifier;
  std::uint32_t firmware;
  std::uint64_t flags;
};
constexpr ULONG kBootEnvironmentClass = 90, kWindows7Size = 20;

using QuerySystemInformation = LONG(WINAPI*)(ULONG, void*, ULONG, ULONG*);

}  // namespace

std::optional<std::string> booted_entry() {
  const auto query = function_of<QuerySystemInformation>(L"ntdll.dll", "NtQuerySystemInformation");
  BootEnvironment environment{};
  if (query == nullptr || (query(kBootEnvironmentClass, &environment, sizeof environment, nullptr) < 0 &&
                           query(kBootEnvironmentClass, &environment, kWindows7Size, nullptr) < 0))
    return std::nullopt;
  const auto& g = environment.identifier;
  char text[40];
  std::snprintf(text, sizeof text, "{%08x-%04x-%04x-%02x%02x-%02x%02x%02x%02x%02x%02x}",
                static_cast<unsigned>(g.Data1), g.Data2, g.Data3, g.Data4[0], g.Data4[1], g.Data4[2],
                g.Data4[3], g.Data4[4], g.Data4[5], g.Data4[6], g.Data4[7]);
  return text;
}

std::optional<std::int64_t> booted_safeboot_element() {
  const auto entry = booted_entry();
  if (!entry) return std::nullopt;
  const RegistryKey element(HKEY_LOCAL_MACHINE, "BCD00000000\\Objects\\" + *entry + "\\Elements\\25000080");
  const auto bytes = element.bytes("Element");
  if (!bytes || bytes->empty() || bytes->size() > 8) return std::nullopt;
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < bytes->size(); ++i) value |= static_cast<std::uint64_t>((*bytes)[i]) << 8 * i;
  return static_cast<std::int64_t>(value);
}

}  // namespace smx::agent
