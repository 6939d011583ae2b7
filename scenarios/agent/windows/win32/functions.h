#pragma once

#include <string>

#include "scenarios/agent/windows/win32/system.h"

namespace smx::agent {

/// Loads a DLL from the system's own folder, for as long as the process runs: for what only few scenarios
/// need, so that the others start without it. False, with GetLastError, where there is none.
inline bool load_system_library(const wchar_t* name) {
  wchar_t folder[MAX_PATH + 1];
  const std::wstring path(folder, GetSystemDirectoryW(folder, MAX_PATH + 1));
  return LoadLibraryW((path + L"\\" + name).c_str()) != nullptr;
}

/// A function of a DLL that is loaded, or null: for what Windows 7 does not have. `Function` is its pointer's
/// type, with its calling convention.
template <typename Function>
Function function_of(const wchar_t* module, const char* name) {
  const auto loaded = GetModuleHandleW(module);
  if (loaded == nullptr) return nullptr;
  // Through void(*)(), which GCC lets be turned into any other function.
  return reinterpret_cast<Function>(reinterpret_cast<void (*)()>(GetProcAddress(loaded, name)));
}

}  // namespace smx::agent
