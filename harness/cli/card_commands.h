#pragma once

#include "harness/cli/session.h"

namespace smx::cli {

/// Commands below `card` that have files of their own.
void add_card_recover(CLI::App& parent, Session& session);

}  // namespace smx::cli
