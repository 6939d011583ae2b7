#pragma once

#include "scenarios/agent/core/scenario.h"

namespace smx::agent {

/// Row 6 on Windows: by the card's minidriver, the DLL that Windows' table of cards names for it, where there
/// is one; else by commands through winscard.dll. Detail `route` says which: "minidriver" or "winscard". What
/// the tries left are is always asked of the card itself. A card that its minidriver says cannot be written
/// is not applicable (`read-only-card`).
Scenario windows_pin_management();

}  // namespace smx::agent
