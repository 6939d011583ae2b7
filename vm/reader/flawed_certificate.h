#pragma once

#include <string>

#include "harness/core/card_fault.h"
#include "vm/card/memory/card_data.h"
#include "vm/lab/lab_ca.h"

namespace smx::vm {

/// The fault that a person or a scenario names. Throws Error(usage) with what there is to choose from.
CardFault require_card_fault(const std::string& text);

/// The same card whose authentication certificate has the flaw. Throws Error(usage) when the card has no
/// certificate, Error(environment) when a revocation cannot be stored.
CardData with_flawed_certificate(CardData data, FaultKind flaw, const LabCa& ca);

}  // namespace smx::vm
