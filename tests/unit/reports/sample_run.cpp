#include "tests/unit/reports/sample_run.h"

#include <algorithm>

#include "harness/core/files.h"
#include "harness/core/model/model_json.h"

namespace smx::testing {
namespace {

const TimePoint kStart = parse_iso8601("2026-11-24T09:30:12.345Z");

struct Row {
  int row;
  const char *id, *words, *waits_for;
};

constexpr Row kRows[] = {
    {1, "domain-logon", "Domain logon using smart cards", "a domain controller"},
    {2, "cached-logon", "Cached logon using smart cards", "a domain controller"},
    {3, "rds-host", "Remote Desktop Services logon when the host is running in Safe Mode",
     "a second machine"},
    {4, "rds-remote", "Remote Desktop Services logon when the remote computer is running in Safe Mode",
     "a second machine"},
    {5, "unlock-workstation", "Unlock a workstation by using smart card", ""},
    {6, "pin-management", "Smart card PIN management (change/unblock)", ""},
    {7, "external-pin-entry", "External PIN entry for unlocking smart cards", ""},
    {8, "credui", "Authenticate to a network resource by using credentials on a smart card (CredUI)", ""},
    {9, "ssl-client-auth", "Secure Socket Layer (SSL) client authentication", ""},
    {10, "certificate-propagation", "Certificate propagation", ""},
    {11, "device-management", "Smart card device management and Plug and Play", ""},
    {12, "uac", "User Account Control management", "an elevation prompt"},
    {13, "certutil-scinfo", "Certutil –scinfo command", ""},
    {14, "enrollment", "Smart card enrollment", "a certification authority"},
    {15, "join-domain", "Join a domain by using smart card", "a domain controller"},
    {16, "secure-pin-channel", "Secure PIN channel", ""}};

Scenario scenario(const Row& r) {
  Scenario s;
  s.id = r.id;
  s.row = r.row;
  s.words = r.words;
  s.summary = "Does what row " + std::to_string(r.row) + " says.";
  s.needs = {"tls-server"};
  s.credentials = {"pin"};
  s.changes = Changes::card;
  s.checks = {"one", "two"};
  s.steps = {{ScenarioStep::Kind::agent, "run"}, {ScenarioStep::Kind::remove_card}};
  s.targets[TargetKind::reference_linux] = {r.waits_for[0] ? "" : r.id, r.waits_for,
                                            r.waits_for[0] ? "" : "real"};
  if (r.row == 3) s.notes = "\"host\" can mean two things; the machine with the reader is tested.";
  return s;
}

SupportTable table() {
  SupportTable t;
  t.id = "reference";
  t.document = "The reference guest's contract";
  t.section = "What each mode starts";
  t.applies_to = {"reference-linux"};
  t.defaults[BootMode::safe_minimal] = {Mark::not_supported, MarkSource::stated, "no smart card service", {}};
  for (const auto& r : kRows) {
    TableMark mark{Mark::supported, MarkSource::inferred, "its services are on the list", {}};
    if (r.row >= 14) mark = {Mark::not_supported, MarkSource::stated, "the contract says so", {}};
    if (r.row == 10) mark = {Mark::unknown, MarkSource::unknown, "the service is not on the list", {}};
    if (r.row == 6)
      mark.confirmed =
          Confirmation{"R. Roe <roe@example.com>", "2026-11-01", "printed copy, page 3", Mark::supported};
    t.rows.push_back({r.row, r.id, r.words, {{BootMode::safe_networking, mark}}});
  }
  return t;
}

Plan plan_of(int targets) {
  Plan plan;
  plan.matrix.name = "nightly";
  plan.matrix.file = "scenarios/matrices/nightly.json";
  plan.matrix.modes = {BootMode::normal, BootMode::safe_networking, BootMode::safe_minimal};
  plan.matrix.cards = {{"piv", CardApplication::piv, CardSolution::plug_and_play, "rsa2048", ""}};
  plan.matrix.readers = {{"virtual", ReaderKind::virtual_reader, "piv"}};
  plan.tables["reference"] = table();
  plan.estimate = Milliseconds(42000);
  for (const auto& r : kRows) {
    plan.catalogue.scenarios.push_back(scenario(r));
    plan.matrix.scenarios.emplace_back(r.id);
  }
  for (int t = 0; t < targets; ++t) {
    const auto id = t == 0 ? std::string("reference-linux") : "reference-linux-" + std::to_string(t + 1);
    plan.matrix.targets.push_back({id, TargetKind::reference_linux, "reference-linux", "reference"});
    for (const auto mode : plan.matrix.modes) {
      BootGroup group{"", id, StartState::unjoined, mode, "virtual", {}};
      group.id = id + "/" + std::string(name(mode)) + "/virtual";
      for (const auto& r : kRows) {
        if (!r.waits_for[0]) group.cells.push_back(plan.cells.size());
        plan.cells.push_back({{id, mode, "virtual", r.id}, r.row, r.words, r.waits_for, false});
      }
      plan.groups.push_back(group);
    }
  }
  return plan;
}

Proof proof(bool good, std::vector<Fact> facts) {
  return {good, std::move(facts)};
}

Boot boot_of(const BootGroup& group, int number, TimePoint started) {
  Boot boot;
  boot.group = group.id;
  boot.number = number;
  boot.started = started;
  boot.ended = started + Milliseconds(12345);
  boot.to_agent = Milliseconds(4850);
  const std::string mode(name(group.mode));
  boot.mode =
      proof(true, {{"kernel command line", "smx.mode=" + mode, "smx.mode=" + mode, true, "live domain"},
                   {"mode the guest says", mode, mode, true, "agent"}});
  boot.reader = proof(true, {{"device in the live domain", "smartcard", "smartcard", true, "live domain"},
                             {"device on the guest's bus", "08e6:4433", "08e6:4433", true, "agent"}});
  return boot;
}

Attempt attempt_of(const CellId& cell, int number, Outcome outcome, TimePoint started) {
  Attempt a;
  a.cell = cell;
  a.number = number;
  a.group = cell.target + "/" + std::string(name(cell.mode)) + "/" + cell.reader;
  a.started = started;
  a.ended = started + Milliseconds(1250);
  a.observation.outcome = outcome;
  a.observation.checks = {{"one", Outcome::passed, "", "", "agent"},
                          {"two", Outcome::passed, "", "", "controller"}};
  if (outcome == Outcome::passed) return a;
  a.observation.cause = "no-service";
  a.observation.message = "the smart card service does not answer";
  a.observation.checks[1] = {"two", outcome == Outcome::failed ? Outcome::failed : Outcome::blocked,
                             "no-service", "SCardEstablishContext: 0x8010001D", "agent"};
  return a;
}

void judge(const RunRecord& record, Judgement& j) {
  for (const auto& cell : j.cells) {
    ++j.counts[cell.verdict];
    j.flaky += cell.flaky;
    (cell.verdict == Verdict::not_covered ? j.not_covered : j.covered) += 1;
  }
  j.cells.resize(record.plan.cells.size());
}

CellVerdict usual_verdict(const Plan& plan, const Cell& cell) {
  CellVerdict v;
  if (!cell.not_covered.empty()) {
    v.verdict = Verdict::not_covered;
    v.reason = "waits for " + cell.not_covered;
    return v;
  }
  v.expectation = {Mark::supported, MarkSource::stated, "normal mode is the control", {}};
  v.outcome = Outcome::passed;
  v.verdict = Verdict::control_ok;
  v.reason = "passed in normal mode";
  if (cell.id.mode == BootMode::normal) return v;
  v.expectation = plan.tables.at("reference").mark(cell.id.scenario, cell.id.mode);
  v.control = v.expectation.mark == Mark::supported ? ControlStatus::ok : ControlStatus::not_needed;
  v.verdict = v.expectation.mark == Mark::unknown ? Verdict::observed : Verdict::conforms;
  v.reason = "passed, as the table says";
  if (v.expectation.mark != Mark::not_supported) return v;
  v.outcome = Outcome::failed;
  v.reason = "failed, and the table does not promise it";
  return v;
}

}  // namespace

Evidence MemoryEvidence::add(const std::string& name, const std::string& content,
                             const std::string& media_type) {
  const auto sha = sha256_hex(content);
  bytes[sha] = content;
  return {name, sha, content.size(), media_type, false};
}

std::optional<std::string> MemoryEvidence::read(const Evidence& evidence, std::size_t limit) {
  asked.push_back(evidence.name);
  const auto found = bytes.find(evidence.sha256);
  if (found == bytes.end()) return std::nullopt;
  return found->second.substr(0, limit);
}

RoutineRun::RoutineRun(int targets) {
  record.info = {"20261124-093012-5f3c", kStart, "0.1.0", {{"libvirt", "9.0.0"}, {"qemu", "7.2.19"}}};
  record.plan = plan_of(targets);
  record.end = RunEnd::completed;
  record.ended = kStart + Milliseconds(59960);
  for (const auto& group : record.plan.groups) {
    record.boots.push_back(boot_of(group, 1, kStart));
    record.boots.back().evidence = {evidence.add("console.log", "Linux version 6.1.0\n" + group.id + "\n")};
  }
  for (const auto& cell : record.plan.cells) {
    const auto verdict = usual_verdict(record.plan, cell);
    judgement.cells.push_back(verdict);
    if (!verdict.outcome) continue;
    auto attempt = attempt_of(cell.id, 1, *verdict.outcome, kStart + Milliseconds(5000));
    attempt.observation.evidence = {
        evidence.add("agent-stdout.json", "{\"cell\": \"" + cell.id.str() + "\"}\n", "application/json"),
        evidence.add("apdu-trace.txt", "> 00a4040005a000000308\n< 9000 " + cell.id.str() + "\n")};
    record.attempts.push_back(attempt);
  }
  judge(record, judgement);
  judgement.unconfirmed_marks = 7;
  judgement.headline = "nothing deviates";
}

void add_own_check(RoutineRun& run) {
  auto own = scenario({kOwnCheck, "double-insertion", "Two insertions in a row", ""});
  auto& plan = run.record.plan;
  for (auto& group : plan.groups) {
    const CellId id{group.target, group.mode, group.reader, own.id};
    group.cells.push_back(plan.cells.size());
    plan.cells.push_back({id, kOwnCheck, own.words, "", false});
    CellVerdict verdict;
    verdict.outcome = Outcome::passed;
    verdict.verdict = id.mode == BootMode::normal ? Verdict::control_ok : Verdict::observed;
    verdict.expectation = {Mark::unknown, MarkSource::unknown, "the table does not list this scenario", {}};
    run.judgement.cells.push_back(verdict);
    run.record.attempts.push_back(attempt_of(id, 1, Outcome::passed, kStart + Milliseconds(5000)));
  }
  plan.matrix.scenarios.push_back(own.id);
  plan.catalogue.scenarios.push_back(std::move(own));
}

std::size_t SampleRun::index(const std::string& cell_id) const {
  const auto& cells = record.plan.cells;
  const auto found =
      std::find_if(cells.begin(), cells.end(), [&](const Cell& c) { return c.id.str() == cell_id; });
  return static_cast<std::size_t>(found - cells.begin());
}

SampleRun::SampleRun() {
  RoutineRun routine(1);
  record = routine.record;
  judgement.cells = routine.judgement.cells;
  evidence = routine.evidence;
  const std::string normal = "reference-linux/normal/virtual/",
                    safe = "reference-linux/safe-networking/virtual/",
                    least = "reference-linux/safe-minimal/virtual/";
  const auto attempts_of = [&](std::size_t i) -> Attempt& {
    return *std::find_if(record.attempts.begin(), record.attempts.end(),
                         [&](const Attempt& a) { return a.cell == record.plan.cells[i].id; });
  };
  const auto turn = [&](const std::string& id, Verdict verdict, Outcome outcome, const std::string& reason,
                        ControlStatus control) {
    const auto i = index(id);
    auto& v = judgement.cells.at(i);
    v.verdict = verdict, v.outcome = outcome, v.reason = reason, v.control = control;
    auto& a = attempts_of(i);
    const auto kept = a.observation.evidence;
    a = attempt_of(a.cell, 1, outcome, a.started);
    a.observation.evidence = kept;
    return i;
  };
  using enum Verdict;
  // A deviation whose every word is hostile, with more evidence than may be shown in place.
  auto i = turn(safe + "pin-management", deviates, Outcome::failed,
                "failed although it is documented as supported", ControlStatus::ok);
  auto& hostile = attempts_of(i).observation;
  hostile.cause = kHostile, hostile.message = kHostile;
  hostile.checks[1].id = kHostile, hostile.checks[1].message = std::string(kHostile) + std::string(5000, 'x');
  hostile.evidence = {evidence.add(std::string(kHostile), std::string(kHostile) + "\r\n</pre>second line\n"),
                      evidence.add("agent-stderr.txt", std::string(9000, 'y') + "END OF IT"),
                      evidence.add("screen.png", "\x89PNG", "image/png"),
                      {"gone.txt", std::string(64, 'd'), 12, "text/plain", true},
                      {"no-hash.txt", "../../etc/passwd", 12, "text/plain", false}};
  turn(safe + "ssl-client-auth", deviates_unconfirmed, Outcome::timed_out,
       "timed out; the mark is unconfirmed", ControlStatus::ok);
  turn(normal + "credui", control_broken, Outcome::failed, "failed in normal mode",
       ControlStatus::not_needed);
  turn(safe + "credui", inconclusive, Outcome::failed, "its control is broken", ControlStatus::broken);
  i = turn(safe + "unlock-workstation", waived, Outcome::failed, "failed; waived", ControlStatus::ok);
  judgement.cells[i].waiver =
      Waiver{"*/unlock-workstation", "qa@example.com", "driver 1.2 is <late>", "2026-12-31"};
  record.plan.matrix.waivers = {*judgement.cells[i].waiver};
  for (const auto& at : {normal, safe})
    turn(at + "external-pin-entry", not_applicable, Outcome::not_applicable,
         "the reader's PIN pad does not answer", ControlStatus::not_needed);
  turn(safe + "secure-pin-channel", works_unsupported, Outcome::passed, "passed although it is not promised",
       ControlStatus::not_needed);
  turn(least + "certutil-scinfo", deviates, Outcome::guest_crashed, "the guest crashed",
       ControlStatus::not_needed);
  // A cell that failed once and then passed.
  i = turn(normal + "device-management", control_ok, Outcome::failed, "passed at attempt 2",
           ControlStatus::not_needed);
  judgement.cells[i].flaky = true, judgement.cells[i].outcome = Outcome::passed;
  record.attempts.push_back(
      attempt_of(record.plan.cells[i].id, 2, Outcome::passed, kStart + Milliseconds(9000)));
  // A boot that did not reach its mode: its facts disagree, and the cell says so.
  auto& bad = record.boots.at(2);
  bad.mode.proven = false;
  bad.mode.facts[1].actual = "normal <b>" + std::string(kHostile), bad.mode.facts[1].agrees = false;
  bad.trouble = "the boot mode was not proven; " + std::string(kHostile);
  bad.evidence[0] = evidence.add("console.log", "[    0.0] panic " + std::string(kHostile) + "\n");
  turn(least + "device-management", inconclusive, Outcome::invalid, "the boot mode was not proven",
       ControlStatus::not_needed);
  record.plan.cells[index(normal + "ssl-client-auth")].added_control = true;
  record.plan.warnings = {"waiver for */nothing matches no cell"};
  record.info.environment["acceleration"] = "tcg";
  record.info.environment["image.reference-linux"] = "sha256:" + std::string(64, 'a');
  judge(record, judgement);
  judgement.unconfirmed_marks = 7;
  judgement.exit_code = 1;
  judgement.headline = "2 cells deviate, 1 control is broken";
}

void compare_with_baseline(SampleRun& run) {
  using compare::Change;
  compare::Comparison c;
  c.baseline = "20261123-093012-aaaa";
  c.run = run.record.info.id;
  c.differences = {{compare::InputKind::driver, "target reference-linux", "drivers\\scfilter.sys",
                    "10.0.1, sha256 " + std::string(64, '1'), "10.0.2, sha256 " + std::string(64, '2')},
                   {compare::InputKind::host, "", "qemu", "7.2.18", ""}};
  const CellId pin{"reference-linux", BootMode::safe_networking, "virtual", "pin-management"};
  const CellId tls{"reference-linux", BootMode::safe_networking, "virtual", "ssl-client-auth"};
  const CellId logon{"reference-linux", BootMode::normal, "virtual", "certutil-scinfo"};
  c.cells = {
      {pin,
       Change::regressed,
       "passed",
       "failed (no-card)",
       "the reader has no card",
       {0, 1},
       "20261123-203012-bbbb",
       "20261124-093012-5f3c",
       {{"check one", "passed", "failed (no-card)"}, {"apdu-trace.txt, line 12", "-> 9000", "-> 6A82"}}},
      {tls, Change::lost, "passed", "blocked (infrastructure)", "no machine", {}, "", "", {}},
      {logon, Change::new_result, "", "passed", "", {}, "", "", {}}};
  c.counts = {{Change::regressed, 1}, {Change::lost, 1}, {Change::new_result, 1}, {Change::same, 45}};
  c.exit_code = 1;
  c.headline = pin.str() + " regressed since " + c.baseline;
  run.comparison = std::move(c);
}

}  // namespace smx::testing
