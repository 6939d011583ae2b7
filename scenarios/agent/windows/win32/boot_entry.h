#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace smx::agent {

/// The BCD entry that Windows was booted by, "{…}" in lower case as the BCD hive names it; nothing where the
/// kernel does not tell (Wine).
std::optional<std::string> booted_entry();

/// Element 25000080 (BcdOSLoaderInteger_SafeBoot: 0 minimal, 1 network, 2 directory services' repair) of that
/// entry, read from the live hive HKLM\BCD00000000. Nothing when it has none, or the entry cannot be known.
std::optional<std::int64_t> booted_safeboot_element();

}  // namespace smx::agent
