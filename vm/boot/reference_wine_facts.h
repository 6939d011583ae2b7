#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "harness/core/model/observation.h"
#include "harness/core/types.h"

namespace smx::vm {

/// The facts that the Windows agent reported in the guest with Wine (docs/agent-protocol.md), held against
/// what `asked` means there. Seven facts whatever `facts` is; what is missing or malformed does not agree.
/// Nothing proves another mode than normal.
std::vector<Fact> reference_wine_mode_facts(BootMode asked, const nlohmann::json& facts);

/// The reader of this vendor and product ("08e6:4433") on the guest's USB bus.
std::vector<Fact> reference_wine_reader_facts(const std::string& usb_id, const nlohmann::json& facts);

}  // namespace smx::vm
