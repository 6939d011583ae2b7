#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "harness/core/time_types.h"
#include "harness/core/types.h"

// What a scenario of the catalogue is: its steps, its checks, and how it is done on each kind of target.

namespace smx {

/// One thing done in order during a scenario: run the agent with a phase, or act on the card, the network or
/// the machine's keyboard and screen.
struct ScenarioStep {
  enum class Kind {
    agent,  ///< `what`: passed to it as "phase"
    insert_card,
    remove_card,
    card_fault,  ///< `what`: what goes wrong with the card from now on (docs/card.md)
    cut_network,
    restore_network,
    press,    ///< `what`: keys held down together, "ctrl+alt+delete" (harness/core/keyboard.h)
    type,     ///< `what`: the credential that is typed, "pin"
    picture,  ///< of the screen; `what`: its name among the evidence
  };
  Kind kind = Kind::agent;
  std::string what = {};
  bool operator==(const ScenarioStep&) const = default;
};

/// What a scenario does at the target's screen, after its own steps: what a program asks of the system is
/// then asked again by keys, where a person would.
struct ScreenPart {
  std::vector<ScenarioStep> steps;
  std::vector<std::string> checks;  ///< that these add to the scenario's
  Milliseconds time_limit{120000};  ///< that these add to the scenario's
  bool operator==(const ScreenPart&) const = default;
};

/// One way a scenario is done on one kind of target.
struct ScenarioOnTarget {
  std::string agent;      ///< the agent's scenario name; empty: no implementation yet
  std::string waits_for;  ///< why there is none ("a domain controller"); empty if implemented
  std::string proven;     ///< how far the implementation is proven: "compiled", "wine", "windows", "real"
  std::optional<ScreenPart> screen = {};
  bool operator==(const ScenarioOnTarget&) const = default;
};

/// The row number of a check of one's own: a scenario that is not a row of the document's table.
inline constexpr int kOwnCheck = 0;

/// "row 6", or "own check".
std::string row_words(int row);
/// "6", or "own check": what stands where a list or table has a row's number.
std::string row_label(int row);

/// Where a scenario stands in every list: the document's rows by number, then checks of one's own by id. The
/// results compare in that order.
std::pair<int, std::string> report_position(int row, const std::string& scenario);

/// One entry of the catalogue (scenarios/catalogue/ID.json).
struct Scenario {
  std::string id;       ///< "pin-management"
  int row = kOwnCheck;  ///< its row in the document's table, 1 to 16; `kOwnCheck`: it is not a row of it
  std::string words;    ///< the row in the document's words; of a check of one's own: its title
  std::string summary;  ///< what is done, in one sentence
  StartState state = StartState::unjoined;
  std::vector<std::string> needs;        ///< host services: "tls-server", ...
  std::vector<std::string> credentials;  ///< secrets the agent gets: "pin", "puk"
  Changes changes = Changes::nothing;
  Milliseconds time_limit{30000};   ///< for all its steps together
  std::vector<std::string> checks;  ///< every check the result must contain; an absent one blocks the cell
  std::vector<ScenarioStep> steps;
  std::vector<std::string> verify;  ///< controller-side checks of what the agent claims
  /// Those of `checks` that are about the card's own driver: not judged where no Plug and Play can load it.
  std::vector<std::string> plug_and_play_checks = {};
  std::map<TargetKind, ScenarioOnTarget> targets;
  std::string notes;  ///< readings of an ambiguous row, limits; shown in reports
  bool operator==(const Scenario&) const = default;

  /// Whether it needs anything of the lab: a domain controller, a certification authority or a network
  /// resource. The agent is told of these in one piece, as they belong together.
  bool needs_lab() const;
};

/// Whether a service that a scenario needs is the lab's.
bool is_of_the_lab(const std::string& need);

struct Catalogue {
  std::vector<Scenario> scenarios;  ///< by `report_position`
  const Scenario* find(const std::string& id) const;
};

}  // namespace smx
