#include <cstdio>
#include <nlohmann/json.hpp>

#include "harness/core/error.h"
#include "harness/core/model/model_json.h"

namespace smx {
namespace {

using nlohmann::json;

/// Enum from its name; a journal that holds another word was not written by this program.
template <class T>
T word(std::optional<T> (*parse)(std::string_view), const json& j) {
  const auto text = j.get<std::string>();
  const auto parsed = parse(text);
  if (!parsed) throw Error(ErrorKind::internal, "\"" + text + "\" is not a value of this journal's format");
  return *parsed;
}

TableMark table_mark_from_json(const json& j) {
  TableMark m{word(parse_mark, j.at("mark")), word(parse_mark_source, j.at("known")), j.at("why"),
              std::nullopt};
  if (j.contains("confirmed")) {
    const auto& c = j["confirmed"];
    m.confirmed = Confirmation{c.at("by"), c.at("when"), c.at("source"), word(parse_mark, c.at("mark"))};
  }
  return m;
}

std::map<BootMode, TableMark> marks_from_json(const json& j) {
  std::map<BootMode, TableMark> marks;
  for (const auto& [mode, mark] : j.items()) marks[word(parse_boot_mode, mode)] = table_mark_from_json(mark);
  return marks;
}

SupportTable support_table_from_json(const json& j) {
  SupportTable t;
  t.id = j.at("id");
  t.document = j.at("document");
  t.section = j.at("section");
  t.applies_to = j.at("applies_to").get<std::vector<std::string>>();
  t.defaults = marks_from_json(j.at("defaults"));
  for (const auto& r : j.at("rows"))
    t.rows.push_back({r.at("row"), r.at("scenario"), r.at("words"), marks_from_json(r.at("marks"))});
  return t;
}

ScenarioStep step_from_json(const json& j) {
  using Kind = ScenarioStep::Kind;
  if (j.contains("agent")) return {Kind::agent, j.at("agent")};
  if (j.contains("press")) return {Kind::press, j.at("press")};
  if (j.contains("type")) return {Kind::type, j.at("type")};
  if (j.contains("picture")) return {Kind::picture, j.at("picture")};
  if (j.contains("network")) return {j.at("network") == "cut" ? Kind::cut_network : Kind::restore_network};
  if (j.at("card") == "fault") return {Kind::card_fault, j.at("fault")};
  return {j.at("card") == "insert" ? Kind::insert_card : Kind::remove_card};
}

std::vector<ScenarioStep> steps_from_json(const json& j) {
  std::vector<ScenarioStep> steps;
  for (const auto& step : j) steps.push_back(step_from_json(step));
  return steps;
}

ScenarioOnTarget on_target_from_json(const json& j) {
  ScenarioOnTarget on{j.at("agent"), j.at("waits_for"), j.at("proven")};
  if (!j.contains("screen")) return on;
  const auto& screen = j.at("screen");
  on.screen =
      ScreenPart{steps_from_json(screen.at("steps")), screen.at("checks").get<std::vector<std::string>>(),
                 Milliseconds(screen.at("time_limit_ms").get<std::int64_t>())};
  return on;
}

Scenario scenario_from_json(const json& j) {
  Scenario s;
  s.id = j.at("id");
  s.row = j.at("row");
  s.words = j.at("words");
  s.summary = j.at("summary");
  s.state = word(parse_start_state, j.at("state"));
  s.needs = j.at("needs").get<std::vector<std::string>>();
  s.credentials = j.at("credentials").get<std::vector<std::string>>();
  s.changes = word(parse_changes, j.at("changes"));
  s.time_limit = Milliseconds(j.at("time_limit_ms").get<std::int64_t>());
  s.checks = j.at("checks").get<std::vector<std::string>>();
  s.steps = steps_from_json(j.at("steps"));
  s.verify = j.at("verify").get<std::vector<std::string>>();
  s.plug_and_play_checks = j.value("plug_and_play_checks", std::vector<std::string>{});
  for (const auto& [kind, t] : j.at("targets").items())
    s.targets[word(parse_target_kind, kind)] = on_target_from_json(t);
  s.notes = j.at("notes");
  return s;
}

SecretReference secret_reference_from_json(const json& j) {
  for (const auto& [kind, name] : j.items()) return {kind, name};
  return {};
}

LabAddress lab_address_from_json(const json& j) {
  return {j.at("host"), j.at("port"), j.at("name")};
}

Lab lab_from_json(const json& j) {
  Lab lab;
  lab.domain.kind = word(parse_lab_kind, j.at("kind"));
  if (!lab.external()) return lab;
  lab.domain.realm = j.at("realm");
  lab.domain.domain = j.at("domain");
  lab.domain.user = j.at("user");
  lab.domain.other_user = j.at("other_user");
  lab.ca = j.at("ca");
  lab.crl = j.at("crl");
  lab.domain.kdc = lab_address_from_json(j.at("kdc"));
  lab.domain.web = lab_address_from_json(j.at("web"));
  lab.domain.share = j.at("share");
  lab.join_user = j.at("join_user");
  lab.join_password = secret_reference_from_json(j.at("join_password"));
  return lab;
}

Target target_from_json(const json& j) {
  Target t{j.at("id"), word(parse_target_kind, j.at("kind")), j.at("image"), j.at("support_table"),
           j.at("smart_card_plug_and_play")};
  if (t.kind != TargetKind::windows || !j.contains("mode_switch")) return t;  // written before there were any
  t.mode_switch = word(parse_mode_switch, j.at("mode_switch"));
  t.screen = j.value("screen", true);
  for (const auto& d : j.at("drivers"))
    t.drivers.push_back({d.at("inf"), d.at("certificate"), d.value("msi", "")});
  return t;
}

Matrix matrix_from_json(const json& j) {
  Matrix m;
  m.name = j.at("name");
  m.file = j.at("file");
  for (const auto& t : j.at("targets")) m.targets.push_back(target_from_json(t));
  for (const std::string mode : j.at("modes")) m.modes.push_back(word(parse_boot_mode, mode));
  for (const auto& c : j.at("cards"))
    m.cards.push_back({c.at("id"), word(parse_card_application, c.at("application")),
                       word(parse_card_solution, c.at("solution")), c.at("key"), c.at("file"),
                       secret_reference_from_json(c.at("pin")), secret_reference_from_json(c.at("puk")),
                       c.at("certificate"), c.at("allow_blocking")});
  for (const auto& r : j.at("readers"))
    m.readers.push_back({r.at("id"), word(parse_reader_kind, r.at("kind")), r.at("card"), r.at("device")});
  if (j.contains("lab")) m.lab = lab_from_json(j.at("lab"));  // older runs had no choice
  m.scenarios = j.at("scenarios").get<std::vector<std::string>>();
  m.attempts = j.at("attempts");
  m.boot_limit = Milliseconds(j.at("boot_limit_ms").get<std::int64_t>());
  for (const auto& w : j.at("waivers"))
    m.waivers.push_back({w.at("cell"), w.at("owner"), w.at("reason"), w.at("expires")});
  return m;
}

CellId cell_id_from_json(const json& j) {
  return {j.at("target"), word(parse_boot_mode, j.at("mode")), j.at("reader"), j.at("scenario")};
}

Proof proof_from_json(const json& j) {
  Proof p{j.at("proven"), {}};
  for (const auto& f : j.at("facts"))
    p.facts.push_back({f.at("name"), f.at("expected"), f.at("actual"), f.at("agrees"), f.at("source")});
  return p;
}

std::vector<Evidence> evidence_from_json(const json& j) {
  std::vector<Evidence> all;
  for (const auto& e : j)
    all.push_back({e.at("name"), e.at("sha256"), e.at("size"), e.at("media_type"), e.at("truncated")});
  return all;
}

/// nlohmann's own exceptions speak of types and positions, which help no user.
template <class F>
auto reading(const char* what, F read) -> decltype(read()) {
  try {
    return read();
  } catch (const json::exception&) {
    std::throw_with_nested(Error(ErrorKind::internal, std::string("the stored ") + what +
                                                          " is not in a form that this version reads"));
  }
}

}  // namespace

TimePoint parse_iso8601(const std::string& text) {
  int y = 0, h = 0, min = 0, s = 0, ms = 0;
  unsigned mo = 0, d = 0;
  if (std::sscanf(text.c_str(), "%4d-%2u-%2uT%2d:%2d:%2d.%3dZ", &y, &mo, &d, &h, &min, &s, &ms) != 7)
    throw Error(ErrorKind::internal, "\"" + text + "\" is not a time such as 2026-11-24T09:30:12.345Z");
  const std::chrono::year_month_day date{std::chrono::year{y}, std::chrono::month{mo}, std::chrono::day{d}};
  return std::chrono::sys_days(date) + std::chrono::hours(h) + std::chrono::minutes(min) +
         std::chrono::seconds(s) + std::chrono::milliseconds(ms);
}

Plan plan_from_json(const json& j) {
  return reading("plan", [&] {
    Plan p;
    p.matrix = matrix_from_json(j.at("matrix"));
    for (const auto& s : j.at("catalogue")) p.catalogue.scenarios.push_back(scenario_from_json(s));
    for (const auto& [id, table] : j.at("tables").items()) p.tables[id] = support_table_from_json(table);
    for (const auto& c : j.at("cells"))
      p.cells.push_back({cell_id_from_json(c.at("id")), c.at("row"), c.at("words"), c.at("not_covered"),
                         c.at("added_control")});
    for (const auto& g : j.at("groups"))
      p.groups.push_back({g.at("id"), g.at("target"), word(parse_start_state, g.at("state")),
                          word(parse_boot_mode, g.at("mode")), g.at("reader"),
                          g.at("cells").get<std::vector<std::size_t>>()});
    p.warnings = j.at("warnings").get<std::vector<std::string>>();
    p.estimate = Milliseconds(j.at("estimate_ms").get<std::int64_t>());
    return p;
  });
}

Observation observation_from_json(const json& j) {
  return reading("observation", [&] {
    Observation o{word(parse_outcome, j.at("outcome")),
                  j.at("cause"),
                  j.at("message"),
                  {},
                  evidence_from_json(j.at("evidence"))};
    for (const auto& c : j.at("checks"))
      o.checks.push_back(
          {c.at("id"), word(parse_outcome, c.at("outcome")), c.at("cause"), c.at("message"), c.at("by")});
    return o;
  });
}

Boot boot_from_json(const json& j) {
  return reading("boot", [&] {
    return Boot{j.at("group"),
                j.at("number"),
                parse_iso8601(j.at("started")),
                parse_iso8601(j.at("ended")),
                Milliseconds(j.at("to_agent_ms").get<std::int64_t>()),
                proof_from_json(j.at("mode")),
                proof_from_json(j.at("reader")),
                j.at("trouble"),
                evidence_from_json(j.at("evidence"))};
  });
}

RunInfo run_info_from_json(const json& j) {
  return reading("run", [&] {
    RunInfo info{j.at("id"), parse_iso8601(j.at("started")), j.at("harness_version"),
                 j.at("environment").get<std::map<std::string, std::string>>()};
    if (const auto predictions = j.find("predictions"); predictions != j.end())
      for (const auto& p : *predictions)
        info.predictions.push_back({p.at("target"), prediction_from_json(p)});
    if (const auto unchanged = j.find("unchanged"); unchanged != j.end())
      for (const auto& u : *unchanged)
        info.unchanged.push_back({cell_id_from_json(u.at("cell")), u.at("run"),
                                  word(parse_outcome, u.at("outcome")), u.value("cause", ""),
                                  u.at("input_key")});
    return info;
  });
}

}  // namespace smx
