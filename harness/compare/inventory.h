#pragma once

#include <vector>

#include "harness/compare/input.h"
#include "harness/core/evidence_reader.h"
#include "harness/core/model/run_record.h"

namespace smx::compare {

/// What guests told of their drivers, files, known cards and policies: evidence "inventory.json" of boots.
/// What every boot of a target told alike has the scope of the target; where boot modes disagree, each has
/// its own ("boot TARGET/MODE"). Untrusted: an inventory that cannot be read tells nothing.
std::vector<Input> inventories_of(const RunRecord& record, EvidenceReader& evidence);

}  // namespace smx::compare
