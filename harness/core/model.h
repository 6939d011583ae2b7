#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "harness/core/lab_description.h"
#include "harness/core/types.h"
#include "harness/core/windows_inspection.h"

// The values that travel from matrix file to report. All of them are plain data, comparable and
// serialisable (model_json.h); none of them knows a format, a clock or a machine.
//
//   Matrix + Catalogue + SupportTable --plan--> Plan --run--> RunRecord --verdict--> Judgement --> reports

namespace smx {

using Milliseconds = std::chrono::milliseconds;
using TimePoint = std::chrono::sys_time<std::chrono::milliseconds>;

// ---- what is to be checked ---------------------------------------------------------------------

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

/// One entry of the catalogue (scenarios/catalogue/ID.json).
struct Scenario {
  std::string id;       ///< "pin-management"
  int row = 0;          ///< its row in the document's table, 1 to 16
  std::string words;    ///< the row in the document's words
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
  std::vector<Scenario> scenarios;  ///< in row order
  const Scenario* find(const std::string& id) const;
};

/// A person's confirmation of a mark.
struct Confirmation {
  std::string by, when, source;  ///< `when` is an ISO 8601 date
  Mark mark = Mark::unknown;
  bool operator==(const Confirmation&) const = default;
};

struct TableMark {
  Mark mark = Mark::unknown;
  MarkSource known = MarkSource::unknown;
  std::string why;
  std::optional<Confirmation> confirmed;
  bool operator==(const TableMark&) const = default;
};

struct TableRow {
  int row = 0;
  std::string scenario;
  std::string words;
  std::map<BootMode, TableMark>
      marks;  ///< marks of this row; a mode that is absent takes the table's default
  bool operator==(const TableRow&) const = default;
};

struct SupportTable {
  std::string id;
  std::string document;  ///< the document's title
  std::string section;   ///< the table's heading in it
  std::vector<std::string> applies_to;
  std::map<BootMode, TableMark> defaults;
  std::vector<TableRow> rows;  ///< in the document's order
  bool operator==(const SupportTable&) const = default;

  const TableRow* find(const std::string& scenario) const;
  /// The mark for a scenario in a mode: the row's, else the mode's default, else `unknown`.
  TableMark mark(const std::string& scenario, BootMode mode) const;
};

/// A driver package that is installed into a Windows before its scenarios run. It has `inf` or `msi`.
struct DriverPackage {
  std::string inf;  ///< its INF file; everything in that folder is the package
  std::string
      certificate;  ///< the publisher's certificate (DER or PEM), to be trusted first; empty: it is trusted
  std::string msi = {};  ///< its Windows Installer file, which is the package
  bool operator==(const DriverPackage&) const = default;
};

struct Target {
  std::string id;
  TargetKind kind = TargetKind::reference_linux;
  std::string image;          ///< a name the image store knows, or a path
  std::string support_table;  ///< id of its table; empty: undocumented
  /// The policy "Turn on Smart Card Plug and Play service" (registry value EnableScPnP).
  bool smart_card_plug_and_play = true;
  ModeSwitch mode_switch = ModeSwitch::offline;  ///< of a Windows
  bool screen = true;                            ///< of a Windows: scenarios do their part at the screen too
  std::vector<DriverPackage> drivers = {};       ///< of a Windows, installed in this order
  bool operator==(const Target&) const = default;
};

/// What `scenario` does at the screen of `target`; null when there is nothing, or `target.screen` is off.
const ScreenPart* screen_part(const Scenario& scenario, const Target& target);

/// Where a secret is to be found: an environment variable, the first line of a file, or a credential of the
/// service manager (a file in $CREDENTIALS_DIRECTORY). Never the secret itself.
struct SecretReference {
  std::string kind = {};  ///< "env", "file" or "credential"; empty: no secret is named
  std::string name = {};
  bool empty() const { return kind.empty(); }
  bool operator==(const SecretReference&) const = default;
};

struct Card {
  std::string id;
  CardApplication application = CardApplication::piv;
  CardSolution solution = CardSolution::plug_and_play;
  std::string key = "rsa2048";  ///< "rsa2048", "p256" or "p384": the kind of the authentication key
  std::string file;             ///< a card file; empty: a new card is issued for each run, or it is physical
  SecretReference pin = {},
                  puk = {};  ///< of a card from a file or a physical one; issued cards get random ones
  std::string certificate =
      {};                       ///< of a physical card: a PEM file with what its authentication key must have
  bool allow_blocking = false;  ///< a physical card's PIN may be blocked, and unblocked by its PUK
  bool operator==(const Card&) const = default;
};

struct Reader {
  std::string id;
  ReaderKind kind = ReaderKind::virtual_reader;
  std::string card;  ///< id of the card in it
  std::string device =
      {};  ///< `pcsc-relay`: a PC/SC reader's name, or part of one; `usb-passthrough`: "vvvv:pppp"
           ///< (vendor and product), "serial:TEXT" or "port:1-2.3"; empty: the only one there is
  bool operator==(const Reader&) const = default;
};

/// The domain that scenarios log on to: the run's own lab, or an existing domain.
struct Lab {
  /// Of an existing domain, but for `ca_pem` and `crl_pem`: those are read at each use, as lists grow old.
  LabDescription domain = {};
  std::string ca = {}, crl = {};       ///< its files, PEM; `crl` may be empty
  std::string join_user = {};          ///< an account that may join machines to it; empty: none is named
  SecretReference join_password = {};  ///< that account's
  bool external() const { return domain.kind == LabKind::external; }
  bool operator==(const Lab&) const = default;
};

/// A reviewed permission for one deviation.
struct Waiver {
  std::string cell;  ///< a cell id; `*` matches any characters
  std::string owner, reason;
  std::string expires;  ///< ISO 8601 date; valid through that day, UTC
  bool operator==(const Waiver&) const = default;
};

struct Matrix {
  std::string name;
  std::string file;  ///< where it was read
  std::vector<Target> targets;
  std::vector<BootMode> modes;
  std::vector<Card> cards;
  std::vector<Reader> readers;
  Lab lab;
  std::vector<std::string> scenarios;  ///< ids, in catalogue order
  int attempts = 2;                    ///< tries at a cell that should pass, 1 to 5
  Milliseconds boot_limit{60000};      ///< from the machine's start to the agent's answer
  std::vector<Waiver> waivers;
  bool operator==(const Matrix&) const = default;
};

// ---- the plan ----------------------------------------------------------------------------------

struct CellId {
  std::string target;
  BootMode mode = BootMode::normal;
  std::string reader;
  std::string scenario;
  auto operator<=>(const CellId&) const = default;
  /// "reference-linux/safe-networking/virtual/pin-management"
  std::string str() const;
};

struct Cell {
  CellId id;
  int row = 0;
  std::string words;
  std::string not_covered;     ///< what it waits for; empty: it will be run
  bool added_control = false;  ///< the matrix left it out; the plan put it in as a control
  bool operator==(const Cell&) const = default;
};

/// Cells that share target, starting state, boot mode and reader, and so one boot.
struct BootGroup {
  std::string id;  ///< "reference-linux/safe-networking/virtual"
  std::string target;
  StartState state = StartState::unjoined;
  BootMode mode = BootMode::normal;
  std::string reader;
  std::vector<std::size_t> cells;  ///< indices into Plan::cells, in the order they run
  bool operator==(const BootGroup&) const = default;
};

struct Plan {
  Matrix matrix;
  Catalogue catalogue;                         ///< the scenarios that the matrix names
  std::map<std::string, SupportTable> tables;  ///< by id
  std::vector<Cell> cells;                     ///< covered and not covered, in report order
  std::vector<BootGroup> groups;
  std::vector<std::string> warnings;
  Milliseconds estimate{0};  ///< wall time with the slots the plan was made for

  const Target& target(const std::string& id) const;
  const Reader& reader(const std::string& id) const;
  const Card& card(const std::string& id) const;
};

// ---- what happened -----------------------------------------------------------------------------

/// A stored piece of evidence, found at evidence/<sha256> in the run's folder.
struct Evidence {
  std::string name;        ///< "agent-stdout.json", "console.log", "apdu-trace.txt"
  std::string sha256;      ///< lower-case hex, of the stored bytes
  std::uint64_t size = 0;  ///< bytes stored
  std::string media_type = "text/plain";
  bool truncated = false;  ///< there was more; only `size` bytes were kept
  bool operator==(const Evidence&) const = default;
};

/// One thing that a scenario checked. Reported by the agent, or by the controller's own verification.
struct Check {
  std::string id;                      ///< "wrong-pin-refused"
  Outcome outcome = Outcome::blocked;  ///< passed, failed, not_applicable or blocked
  std::string cause;                   ///< a stable word: "not-in-safeboot"; empty when passed
  std::string message;                 ///< for a person
  std::string by = "agent";            ///< "agent" or "controller"
  bool operator==(const Check&) const = default;
};

struct Observation {
  Outcome outcome = Outcome::blocked;
  std::string cause;    ///< a stable word; empty when passed
  std::string message;  ///< one line for a person
  std::vector<Check> checks;
  std::vector<Evidence> evidence;
  bool operator==(const Observation&) const = default;
};

/// One try at one cell.
struct Attempt {
  CellId cell;
  int number = 1;  ///< 1, 2, ...
  std::string group;
  int boot = 1;  ///< which boot of the group it ran in
  TimePoint started{}, ended{};
  Observation observation;
  bool operator==(const Attempt&) const = default;
};

/// Something that was found out about a guest, and what was expected of it.
struct Fact {
  std::string name;  ///< "kernel command line"
  std::string expected, actual;
  bool agrees = false;
  std::string source;  ///< "agent", "live domain", "card server"
  bool operator==(const Fact&) const = default;
};

/// Whether the boot mode or the reader's attachment was proven: every fact agrees, and there are enough.
struct Proof {
  bool proven = false;
  std::vector<Fact> facts;
  bool operator==(const Proof&) const = default;
};

/// One boot of a group, from start to end.
struct Boot {
  std::string group;
  int number = 1;
  TimePoint started{}, ended{};
  Milliseconds to_agent{0};  ///< from the machine's start to the agent's first answer
  Proof mode, reader;
  std::string trouble;             ///< why the boot ended early or never got far; empty: it went well
  std::vector<Evidence> evidence;  ///< console log, live domain XML, facts
  bool operator==(const Boot&) const = default;
};

enum class RunEnd { completed, interrupted, unfinished };
std::string_view name(RunEnd v);
/// Its inverse; nothing for any other text.
std::optional<RunEnd> parse_run_end(std::string_view text);

/// What was expected of a target's row before it ran, from the registry of its image.
struct TargetPrediction {
  std::string target;
  Prediction prediction;
  bool operator==(const TargetPrediction&) const = default;
};

/// A cell that a run left out, because nothing that it depends on had changed since an earlier run.
struct UnchangedCell {
  CellId cell;
  std::string run;                    ///< the earlier run's id
  Outcome outcome = Outcome::passed;  ///< what the cell showed there: passed, failed or timed-out as
                                      ///< documented, or not applicable
  std::string cause;                  ///< of that outcome; empty when passed
  std::string input_key;              ///< of what it depends on (harness/compare/inputs.h), then and now
  bool operator==(const UnchangedCell&) const = default;
};

/// Where and with what a run was made; strings for reports, keyed by stable words.
struct RunInfo {
  std::string id;  ///< "20261124-093012-5f3c"
  TimePoint started{};
  std::string harness_version;
  std::map<std::string, std::string>
      environment;  ///< "libvirt", "qemu", "acceleration", "image.<target>", ...
  std::vector<TargetPrediction> predictions = {};  ///< of Windows targets only
  std::vector<UnchangedCell> unchanged = {};       ///< left out of the plan
  bool operator==(const RunInfo&) const = default;

  /// Null when nothing was predicted for the cell.
  const Prediction* prediction(const CellId& cell) const;
};

/// Everything that one execution of a matrix observed. Verdicts are computed from it, never stored in it.
struct RunRecord {
  RunInfo info;
  Plan plan;
  std::vector<Boot> boots;        ///< in the order they ended
  std::vector<Attempt> attempts;  ///< in the order they ended
  RunEnd end = RunEnd::unfinished;
  TimePoint ended{};
};

// ---- what it means -----------------------------------------------------------------------------

struct CellVerdict {
  Verdict verdict = Verdict::inconclusive;
  ControlStatus control = ControlStatus::not_needed;
  TableMark expectation;           ///< what the table says; for controls: supported
  std::optional<Outcome> outcome;  ///< of the deciding attempt; none: not covered or not run
  std::string reason;              ///< one line: why this verdict
  bool flaky = false;
  std::optional<Waiver> waiver;
  bool operator==(const CellVerdict&) const = default;
};

struct Judgement {
  std::vector<CellVerdict> cells;  ///< parallel to Plan::cells
  std::map<Verdict, int> counts;
  int flaky = 0;
  int covered = 0, not_covered = 0;  ///< cells
  int unconfirmed_marks = 0;         ///< marks used that no person has confirmed and no text states
  int exit_code = 0;
  std::string headline;  ///< one line: what broke, or that nothing did
};

}  // namespace smx
