#pragma once

#include "scenarios/agent/windows/system.h"

namespace smx::agent {

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
