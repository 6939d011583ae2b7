#include "scenarios/agent/windows/win32/file_version.h"

#include <vector>

#include "scenarios/agent/windows/win32/system.h"
#include "scenarios/agent/windows/win32/text.h"
// after windows.h
#include <winver.h>

namespace smx::agent {

std::string file_version(const std::string& path) {
  constexpr DWORD kLimit = 1u << 20;
  const auto name = wide(path);
  DWORD ignored = 0;
  const auto size = GetFileVersionInfoSizeW(name.c_str(), &ignored);
  if (size == 0 || size > kLimit) return {};
  std::vector<std::byte> block(size);
  void* found = nullptr;
  UINT length = 0;
  if (GetFileVersionInfoW(name.c_str(), 0, size, block.data()) == 0 ||
      VerQueryValueW(block.data(), L"\\", &found, &length) == 0 || length < sizeof(VS_FIXEDFILEINFO))
    return {};
  const auto& info = *static_cast<const VS_FIXEDFILEINFO*>(found);
  return std::to_string(HIWORD(info.dwFileVersionMS)) + "." + std::to_string(LOWORD(info.dwFileVersionMS)) +
         "." + std::to_string(HIWORD(info.dwFileVersionLS)) + "." +
         std::to_string(LOWORD(info.dwFileVersionLS));
}

}  // namespace smx::agent
