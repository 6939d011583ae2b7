#pragma once

#include <map>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/core/model/observation.h"
#include "harness/core/types.h"
#include "scenarios/verify/verify_context.h"

// The controller's side of a scenario: what the agent wrote is parsed as what it is, the untrusted word of a
// guest, and held against what the controller saw for itself. Pure but for OpenSSL; no machine, no clock.

namespace smx::verify {

/// What a call of the agent said; `trouble` instead when it is no result of this call.
struct AgentResult {
  std::vector<Check> checks;
  /// The agent's details, a JSON object; untrusted.
  std::shared_ptr<const nlohmann::json> details;
  /// Set for bytes that are no result: outcome blocked, cause `malformed-result` or `foreign-result`.
  std::optional<Observation> trouble;
};

/// Strict and bounded: at most 1 MiB, depth and count limits, texts through sanitize_guest_text. Never throws
/// for anything the bytes hold.
AgentResult parse_agent_result(std::string_view bytes, std::string_view scenario, std::string_view phase,
                               std::string_view nonce);

/// One way in which the controller checks what the agent claims; a catalogue file names it under "verify".
struct Verifier {
  std::string name;                 ///< "card-restored"
  std::vector<std::string> checks;  ///< every check that it reports, in their order
  /// The checks, each with `by` = "controller". `details` holds the agent's details by phase: {"main": {...}}.
  std::vector<Check> (*function)(const nlohmann::json& details, const VerifyContext& context);
};

/// All that there are: the one table.
const std::vector<Verifier>& verifiers();

/// The same as plain values, for what reads the catalogue: each verifier's checks by its name.
std::map<std::string, std::vector<std::string>> checks_of_verifiers();

/// The checks of the verifier of that name. Throws Error(internal) when there is none: the catalogue was not
/// held against the table.
std::vector<Check> verify(const std::string& verifier, const nlohmann::json& details,
                          const VerifyContext& context);

/// Whether anything could have loaded the card's driver.
struct PlugAndPlay {
  CardSolution solution = CardSolution::plug_and_play;
  bool turned_on = true;  ///< the target's policy
};

/// What the controller knows of a target, whatever its guest says.
struct KnownTarget {
  PlugAndPlay plug_and_play;
  bool lacks_tls13 = false;
};

/// A failed check that is about the card's driver (`about`, by id) is not applicable where the card's
/// solution is not compatible with Plug and Play, or the policy turns it off: the document says that its
/// error "does not necessarily mean that there is a problem with the smart card". What the agent said stays
/// in the message.
void excuse_plug_and_play(std::vector<Check>& checks, const std::vector<std::string>& about,
                          const PlugAndPlay& plug_and_play);

/// One observation from all the checks of an attempt, held against the ids that the catalogue lists. The
/// rules stand at its definition and in docs/adding-a-scenario.md.
Observation fold(const std::vector<Check>& checks, const std::vector<std::string>& expected);

}  // namespace smx::verify
