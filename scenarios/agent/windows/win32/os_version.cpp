#include "scenarios/agent/windows/win32/os_version.h"

#include "scenarios/agent/windows/win32/functions.h"
#include "scenarios/agent/windows/win32/registry.h"

namespace smx::agent {
namespace {

using RtlGetVersionFunction = LONG(WINAPI*)(OSVERSIONINFOW*);

std::string architecture() {
  SYSTEM_INFO info{};
  GetNativeSystemInfo(&info);
  switch (info.wProcessorArchitecture) {
    case PROCESSOR_ARCHITECTURE_AMD64: return "x86_64";
    case PROCESSOR_ARCHITECTURE_INTEL: return "x86";
    case 12: return "arm64";  // PROCESSOR_ARCHITECTURE_ARM64
    default: return std::to_string(info.wProcessorArchitecture);
  }
}

}  // namespace

OsVersion os_version() {
  OsVersion os;
  OSVERSIONINFOW numbers{};
  numbers.dwOSVersionInfoSize = sizeof numbers;
  const auto get_version = function_of<RtlGetVersionFunction>(L"ntdll.dll", "RtlGetVersion");
  if (get_version != nullptr) get_version(&numbers);
  const auto build = std::to_string(numbers.dwBuildNumber);
  os.version =
      std::to_string(numbers.dwMajorVersion) + "." + std::to_string(numbers.dwMinorVersion) + "." + build;
  const RegistryKey key(HKEY_LOCAL_MACHINE, "SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion");
  const auto revision = key.number("UBR");
  os.build = revision ? build + "." + std::to_string(*revision) : build;
  os.product_name = key.text("ProductName").value_or("");
  os.edition = key.text("EditionID").value_or("");
  os.architecture = architecture();
  return os;
}

}  // namespace smx::agent
