#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "harness/core/model/observation.h"
#include "harness/core/types.h"

namespace smx::vm {

/// The facts that the Windows agent reported (docs/agent-protocol.md, "Facts"), held against what `asked`
/// means.
///
/// Three are always there, and what is missing or malformed does not agree:
///
///   SafeBoot\Option, OptionValue   no key in normal mode, 1 minimal, 2 network; UseAlternateShell for the
///   command prompt SM_CLEANBOOT                   0 normal, 1 minimal, 2 network (GetSystemMetrics) start of
///   an unlisted service   error 1084 in Safe Mode; 0 or 1056 (it runs already) in normal mode
///
/// The others are there when they say something, because a service need not see them on every Windows: the
/// variable SAFEBOOT_OPTION, the loader's start options, and element 25000080 of the boot entry. One that
/// contradicts is enough to disprove.
std::vector<Fact> windows_mode_facts(BootMode asked, const nlohmann::json& facts);

/// The reader of this vendor and product ("08e6:4433") on the guest's USB bus, as the agent lists it.
std::vector<Fact> windows_reader_facts(const std::string& usb_id, const nlohmann::json& facts);

}  // namespace smx::vm
