#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "scenarios/agent/core/scenario.h"

namespace smx::agent {

/// Row 10: the service `certprop` puts a card's certificates into the user's store when the card is inserted,
/// without anybody's doing. Two phases, with the controller's insertion in between: `removed` shows that the
/// store has none of the card's certificates (what an earlier insertion left is taken out), `inserted` waits
/// for one and reports it as the store has it: detail `certificate_pem`.
Scenario certificate_propagation();

/// The names of certificates that the service put into the store, from the table that `certutil -L` prints.
std::vector<std::string> propagated_names(std::string_view table);

}  // namespace smx::agent
