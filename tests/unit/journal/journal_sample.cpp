#include "tests/unit/journal/journal_sample.h"

#include "harness/core/model/model_json.h"
#include "harness/journal/journal.h"

namespace smx::journal {
namespace {

const TimePoint kStart = parse_iso8601("2026-11-24T09:30:12.345Z");
const std::string kHash(64, 'a');

Scenario scenario(const std::string& id, int row, const std::string& waits_for) {
  Scenario s;
  s.id = id;
  s.row = row;
  s.words = "Row " + std::to_string(row);
  s.summary = "Does what the row says.";
  s.needs = {"tls-server"};
  s.credentials = {"pin"};
  s.changes = Changes::card;
  s.checks = {"one", "two"};
  s.steps.resize(3);
  s.steps[0].kind = ScenarioStep::Kind::remove_card;
  s.steps[1].kind = ScenarioStep::Kind::insert_card;
  s.verify = {"card-signed"};
  s.targets[TargetKind::reference_linux] = {waits_for.empty() ? id : "", waits_for,
                                            waits_for.empty() ? "real" : ""};
  s.notes = "None.";
  return s;
}

SupportTable table() {
  SupportTable t;
  t.id = "reference";
  t.document = "A document";
  t.section = "A table";
  t.applies_to = {"reference-linux"};
  t.defaults[BootMode::safe_minimal] = {Mark::not_supported, MarkSource::stated, "so it says", {}};
  TableMark mark{Mark::supported, MarkSource::inferred, "its services are on the list", {}};
  mark.confirmed = Confirmation{"R. Roe", "2026-11-01", "printed copy, page 3", Mark::supported};
  for (const auto* id : {"pin-management", "certutil-scinfo", "unlock-workstation", "domain-logon"})
    t.rows.push_back({1, id, "Row", {{BootMode::safe_networking, mark}}});
  return t;
}

/// What journals of the first version have, too.
Plan first_plan() {
  Plan plan;
  auto& m = plan.matrix;
  m.name = "nightly";
  m.file = "/etc/nightly.json";
  m.modes = {BootMode::normal, BootMode::safe_networking};
  m.cards = {{"piv", CardApplication::piv, CardSolution::pkcs11, "p256", "card.json"}};
  m.cards[0].pin = {"env", "PIN"};
  m.readers = {{"virtual", ReaderKind::virtual_reader, "piv"}};
  m.targets.push_back({"linux", TargetKind::reference_linux, "reference-linux", "reference"});
  m.waivers = {{"*/unlock-workstation", "qa", "driver 1.2 is late", "2026-12-31"}};
  plan.tables["reference"] = table();
  plan.warnings = {"a warning"};
  plan.estimate = Milliseconds(42000);
  plan.catalogue.scenarios = {scenario("domain-logon", 1, "a domain controller"),
                              scenario("unlock-workstation", 5, ""), scenario("pin-management", 6, ""),
                              scenario("certutil-scinfo", 13, "")};
  for (const auto mode : m.modes) {
    BootGroup group{"", "linux", StartState::unjoined, mode, "virtual", {}};
    group.id = "linux/" + std::string(name(mode)) + "/virtual";
    for (const auto& s : plan.catalogue.scenarios) {
      const auto& waits_for = s.targets.begin()->second.waits_for;
      if (waits_for.empty()) group.cells.push_back(plan.cells.size());
      plan.cells.push_back({{"linux", mode, "virtual", s.id}, s.row, s.words, waits_for, false});
    }
    plan.groups.push_back(group);
  }
  return plan;
}

/// What came later: each of these was once a key that no journal had.
void add_later_parts(RunRecord& record) {
  auto& m = record.plan.matrix;
  m.targets.push_back({"win", TargetKind::windows, "win10", ""});
  m.targets[1].mode_switch = ModeSwitch::online;
  m.targets[1].screen = false;
  m.targets[1].drivers = {{"reader.inf", "vendor.cer"}, {"", "", "minidriver.msi"}};
  m.lab.domain.kind = LabKind::external;
  m.lab.domain.realm = "CORP.EXAMPLE";
  m.lab.domain.kdc = {"10.0.2.2", 88, "kdc.corp.example"};
  m.lab.join_password = {"file", "join"};
  auto& unlock = record.plan.catalogue.scenarios[1];
  unlock.plug_and_play_checks = {"two"};
  unlock.steps.push_back({ScenarioStep::Kind::cut_network});
  auto& on_windows = unlock.targets[TargetKind::windows];
  on_windows = {"unlock-workstation", "", "wine"};
  on_windows.screen = ScreenPart{{{ScenarioStep::Kind::press, "ctrl+alt+delete"},
                                  {ScenarioStep::Kind::type, "pin"},
                                  {ScenarioStep::Kind::picture, "desktop"}},
                                 {"session-unlocked"},
                                 Milliseconds(60000)};
  record.info.predictions = {{"win",
                              {"unlock-workstation", 5, BootMode::safe_networking, Outcome::failed,
                               "not-in-safeboot", "CertPropSvc is not on the list"}}};
  record.info.unchanged = {{{"win", BootMode::normal, "virtual", "pin-management"},
                            "20261123-093012-5f3c",
                            Outcome::passed,
                            "",
                            kHash}};
}

Attempt attempt(const Cell& cell, int number, Outcome outcome, int second) {
  Attempt a;
  a.cell = cell.id;
  a.number = number;
  a.group = "linux/" + std::string(name(cell.id.mode)) + "/virtual";
  a.started = kStart + std::chrono::seconds(second);
  a.ended = a.started + Milliseconds(1250);
  a.observation.outcome = outcome;
  a.observation.checks = {{"one", Outcome::passed, "", "", "agent"}, {"two", outcome, "", "", "controller"}};
  a.observation.evidence = {{"agent-stdout.json", kHash, 12, "application/json", true}};
  if (outcome == Outcome::passed) return a;
  a.observation.cause = a.observation.checks[1].cause = "no-service";
  a.observation.message = "the service does not answer";
  return a;
}

Boot boot(const BootGroup& group, bool proven) {
  Boot b;
  b.group = group.id;
  b.started = kStart;
  b.ended = kStart + std::chrono::seconds(30);
  b.to_agent = Milliseconds(4850);
  b.mode = {true, {{"kernel command line", "a", "a", true, "live domain"}}};
  b.reader = {proven, {{"on the bus", "08e6:4433", proven ? "08e6:4433" : "", proven, "agent"}}};
  b.trouble = proven ? "" : "the reader was not proven";
  b.evidence = {{"console.log", kHash, 12, "text/plain", false}};
  return b;
}

}  // namespace

void write_sample_journal(const std::filesystem::path& folder) {
  RunRecord record;
  record.info = {"20261124-093012-5f3c", kStart, "0.1.0", {{"qemu", "7.2.19"}}};
  record.plan = first_plan();
  add_later_parts(record);
  Journal journal(folder);
  journal.run_started(record, false);
  using enum Outcome;
  const auto& cells = record.plan.cells;
  for (std::size_t g = 0; g < 2; ++g) {
    const auto& group = record.plan.groups[g];
    journal.boot_started(group, 1);
    journal.boot_proven(group, boot(group, true));
    const auto tell = [&](std::size_t cell, int number, Outcome outcome, int second) {
      const auto a = attempt(cells[4 * g + cell], number, outcome, second);
      journal.attempt_started(group, a);
      journal.attempt_ended(group, a);
    };
    tell(1, 1, g == 0 ? passed : failed, 10);  // safe: waived
    tell(2, 1, g == 0 ? failed : passed, 12);  // normal: flaky, so that safe ...
    if (g == 0) tell(2, 2, passed, 14);        // ... conforms all the same
    journal.boot_ended(group, boot(group, g == 0));
  }
  // The controller died in it, and the run was resumed and then interrupted: it is abandoned.
  journal.boot_started(record.plan.groups[0], 2);
  journal.attempt_started(record.plan.groups[0], attempt(cells[3], 1, blocked, 20));
  journal.abandon_unfinished();
  record.end = RunEnd::interrupted;
  record.ended = kStart + std::chrono::seconds(60);
  journal.run_ended(record, {});
}

}  // namespace smx::journal
