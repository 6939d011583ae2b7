#pragma once

#include "scenarios/agent/core/scenario.h"

namespace smx::agent {

/// Row 15: an administrator at the console joins this machine to the lab's domain by NetJoinDomain, with the
/// card's marshalled certificate as account and the PIN as password. The machine starts outside any domain;
/// what it leaves (the membership, the computer's account) goes with the controller's overlay.
Scenario join_domain();

/// The administrator's half.
Scenario join_as_user();

}  // namespace smx::agent
