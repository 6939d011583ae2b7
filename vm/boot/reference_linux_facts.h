#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "harness/core/model/observation.h"
#include "harness/core/types.h"

namespace smx::vm {

/// The `safeboot=` word of a mode: "", "safeboot=network" or "safeboot=minimal". Throws Error(usage) for a
/// mode that the reference guest does not have.
std::string safeboot_word(BootMode mode);

/// The facts that the reference guest's agent reported (docs/agent-protocol.md), held against what `asked`
/// means there (docs/reference-guest.md). Eight facts whatever `facts` is; what is missing or malformed does
/// not agree.
///
/// What only says how well an allowed service fares neither proves nor disproves a mode: a pcscd that the
/// mode starts and that failed is an observation. But what the agent says must fit together.
std::vector<Fact> reference_linux_mode_facts(BootMode asked, const nlohmann::json& facts);

/// The reader of this vendor and product ("08e6:4433") on the guest's USB bus.
std::vector<Fact> reference_linux_reader_facts(const std::string& usb_id, const nlohmann::json& facts);

}  // namespace smx::vm
