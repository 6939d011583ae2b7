#include <fmt/format.h>

#include <algorithm>

#include "harness/core/error.h"
#include "harness/spec/fields.h"
#include "harness/spec/json_files.h"
#include "harness/spec/load.h"
#include "harness/spec/read.h"
#include "harness/spec/read_steps.h"

namespace smx::spec {
namespace {

// What the engine can provide and give. A word that nothing answers to would block its cells at run
// time; a typing error in one is better found here.
const std::vector<std::string> kServices{"tls-server", "domain-controller", "certification-authority",
                                         "network-resource", "second-machine"};
const std::vector<std::string> kCredentials{"pin", "puk", "management-key"};
const std::vector<std::string> kProven{"compiled", "wine", "windows", "real"};

auto word_reader(std::string_view noun, const std::vector<std::string>& words) {
  return [noun, &words](const Value& value) { return read_word(value, noun, words); };
}

ScenarioOnTarget read_on_target(const Value& value) {
  Fields fields(value, "a scenario's target");
  ScenarioOnTarget on;
  const auto agent = fields.optional("agent");
  const auto waits_for = fields.optional("waits_for");
  const auto proven = fields.optional("proven");
  if (agent) on.agent = read_id(*agent).value_or("");
  if (waits_for) on.waits_for = fields.required_text("waits_for");
  if (proven) on.proven = read_word(*proven, "degree of proof", kProven).value_or("");
  const auto screen = fields.optional("screen");
  if (screen) on.screen = read_screen(*screen);
  fields.finish();
  if (!fields.is_object()) return on;
  if (agent.has_value() == waits_for.has_value())
    value.complain("a target has either \"agent\" (it is implemented) or \"waits_for\" (why it is not yet)");
  else if (agent && !proven)
    value.complain(
        "an implementation says with \"proven\" how far it was tried: compiled, wine, windows or real");
  else if (!agent && proven)
    proven->complain_at_key("nothing is proven where there is no agent");
  if (screen && !agent) screen->complain_at_key("nothing is done at the screen where there is no agent");
  return on;
}

void read_targets(Fields& fields, Scenario& scenario) {
  const auto targets = fields.required("targets");
  if (!targets) return;
  Fields each(*targets, "\"targets\"");
  for (const auto kind : kTargetKinds)
    if (const auto value = each.optional(name(kind))) scenario.targets[kind] = read_on_target(*value);
  each.finish();
}

bool lists(const std::vector<std::string>& words, const std::string& word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

/// What a verifier reports and the scenario does not list would make each of its results malformed.
std::optional<std::string> read_verifier(const Value& value, const std::vector<std::string>& checks,
                                         const VerifierChecks& verifiers) {
  std::vector<std::string> names;
  for (const auto& [verifier, reported] : verifiers) names.push_back(verifier);
  auto verifier = read_word(value, "verification", names);
  if (!verifier) return verifier;
  for (const auto& check : verifiers.at(*verifier))
    if (!lists(checks, check))
      value.complain(fmt::format("{} reports the check {}, which \"checks\" does not list", quote(*verifier),
                                 quote(check)));
  return verifier;
}

/// A check that two parts report would be there twice in every result; what is typed must be known.
void check_screen(const Scenario& scenario, TargetKind kind, const ScreenPart& screen, const Value& root) {
  for (const auto& check : screen.checks)
    if (lists(scenario.checks, check))
      root.complain(
          fmt::format("the check \"{}\" is both the scenario's and its screen's on {}", check, name(kind)));
  for (const auto& step : screen.steps)
    if (step.kind == ScenarioStep::Kind::type && !step.what.empty() &&
        !lists(scenario.credentials, step.what))
      root.complain(fmt::format("a step on {} types \"{}\", which \"credentials\" does not list", name(kind),
                                step.what));
}

void check_whole(const Scenario& scenario, const Document& document) {
  const auto& targets = scenario.targets;
  const bool implemented =
      std::any_of(targets.begin(), targets.end(), [](const auto& t) { return !t.second.agent.empty(); });
  if (implemented && scenario.checks.empty())
    document.root().complain("an implemented scenario lists in \"checks\" what its result must contain");
  for (const auto& [kind, on] : targets)
    if (on.screen) check_screen(scenario, kind, *on.screen, document.root());
}

}  // namespace

Scenario read_scenario(const Document& document, const VerifierChecks& verifiers) {
  auto fields = file_fields(document, "a scenario");
  Scenario scenario;
  const auto id = fields.required("id");
  if (id) scenario.id = read_id(*id).value_or("");
  // Without a row it is a check of one's own.
  if (const auto row = fields.optional("row"))
    scenario.row = static_cast<int>(read_integer(*row, 1, 16).value_or(kOwnCheck));
  scenario.words = fields.required_text("words");
  scenario.summary = fields.required_text("summary");
  scenario.state = fields.word("state", "starting state", {StartState::unjoined, StartState::joined},
                               parse_start_state, StartState::unjoined);
  scenario.needs = fields.texts("needs", word_reader("service", kServices));
  scenario.credentials = fields.texts("credentials", word_reader("credential", kCredentials));
  scenario.changes =
      fields.required_word("changes", "kind of change",
                           {Changes::nothing, Changes::card, Changes::guest, Changes::domain}, parse_changes);
  scenario.time_limit = Milliseconds(fields.integer("time_limit_ms", 30000, 1000, 3600000));
  scenario.checks = fields.texts("checks", read_id);
  scenario.steps = read_steps(fields);
  scenario.verify = fields.texts(
      "verify", [&](const Value& value) { return read_verifier(value, scenario.checks, verifiers); });
  scenario.plug_and_play_checks = fields.texts("plug_and_play_checks", [&scenario](const Value& value) {
    return read_word(value, "check of this scenario", scenario.checks);
  });
  read_targets(fields, scenario);
  scenario.notes = fields.text("notes");
  fields.finish();
  if (fields.is_object()) check_whole(scenario, document);
  return scenario;
}

namespace {

/// Id and file name agree, rows are there once: the catalogue is one table spread over files.
void check_against_others(const Scenario& scenario, const Document& document,
                          const std::filesystem::path& file, const std::vector<Scenario>& earlier) {
  const auto stem = file.stem().string();
  const auto id = document.root().member("id");
  if (id && !scenario.id.empty() && scenario.id != stem)
    id->complain(fmt::format("a scenario's file is called after its id: \"{}\", or rename the file", stem));
  const auto row = document.root().member("row");
  for (const auto& other : earlier)
    if (row && scenario.row != kOwnCheck && other.row == scenario.row)
      row->complain(fmt::format("row {} is already \"{}\"", scenario.row, other.id));
}

}  // namespace

Catalogue load_catalogue(const std::filesystem::path& folder, const VerifierChecks& verifiers) {
  Problems problems;
  Catalogue catalogue;
  for (const auto& file : json_files(folder, "scenario")) {
    const auto document = read_document(file, problems);
    if (!document) continue;
    auto scenario = read_scenario(*document, verifiers);
    check_against_others(scenario, *document, file, catalogue.scenarios);
    catalogue.scenarios.push_back(std::move(scenario));
  }
  problems.throw_if_any();
  std::sort(catalogue.scenarios.begin(), catalogue.scenarios.end(), [](const Scenario& a, const Scenario& b) {
    return report_position(a.row, a.id) < report_position(b.row, b.id);
  });
  return catalogue;
}

}  // namespace smx::spec
