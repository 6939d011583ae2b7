#pragma once

#include <vector>

#include "harness/core/model/scenario.h"
#include "harness/spec/fields.h"

// The steps of a scenario, as a catalogue file lists them.

namespace smx::spec {

/// The key "steps"; one step of the agent, phase "main", when there is none.
std::vector<ScenarioStep> read_steps(Fields& fields);

/// What is done at the screen of a target, the key "screen".
ScreenPart read_screen(const Value& value);

}  // namespace smx::spec
