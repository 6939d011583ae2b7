#include "scenarios/agent/windows/win32/wine.h"

#include "scenarios/agent/windows/win32/functions.h"

namespace smx::agent {

std::string wine_version() {
  // Exported by Wine's ntdll alone (Wine wiki, Developer FAQ).
  const auto version = function_of<const char*(CDECL*)()>(L"ntdll.dll", "wine_get_version");
  return version == nullptr ? "" : version();
}

}  // namespace smx::agent
