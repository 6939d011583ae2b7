#pragma once

#include <nlohmann/json_fwd.hpp>

#include "vm/card/memory/gids_data.h"

namespace smx::vm {

class Place;

/// The member "gids" of a card file (docs/card.md). Holds the administrator's key.
nlohmann::json gids_json(const GidsData& gids);
/// The inverse. Throws Error(usage) with the place; never shows what is there.
GidsData parse_gids(const Place& place);

}  // namespace smx::vm
