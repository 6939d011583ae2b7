#include "reports/signoff/sign_off_json.h"

#include <nlohmann/json.hpp>

#include "harness/core/model/model_json.h"
#include "reports/common/details.h"
#include "reports/json/json_report.h"
#include "reports/json/json_text.h"

namespace smx {
namespace {

using nlohmann::json;

json ids(const Statement& s, const std::vector<std::size_t>& cells) {
  json all = json::array();
  for (const auto i : cells) all.push_back(s.input.record.plan.cells[i].id.str());
  return all;
}

json coverage_json(const Statement& s) {
  json gaps = json::array();
  for (const auto& gap : s.coverage.gaps) {
    json scenarios = json::array();
    for (const auto& row : gap.scenarios) scenarios.push_back(row.scenario);
    gaps.push_back(
        {{"waits_for", gap.waits_for}, {"scenarios", std::move(scenarios)}, {"targets", gap.targets}});
  }
  json unchanged = json::array();
  for (const auto& cell : s.input.record.info.unchanged)
    unchanged.push_back({{"cell", cell.cell.str()}, {"run", cell.run}});
  return {{"scenarios", s.coverage.scenarios},
          {"covered_scenarios", s.coverage.covered},
          {"own_checks", s.coverage.own_checks},
          {"covered_own_checks", s.coverage.covered_own_checks},
          {"gaps", std::move(gaps)},
          {"not_run", ids(s, s.not_run)},
          {"unchanged", std::move(unchanged)}};
}

json deviations(const Statement& s) {
  json all = json::array();
  for (const auto i : s.in_need) {
    const auto& v = s.input.judgement.cells[i];
    json j = {{"cell", s.input.record.plan.cells[i].id.str()},
              {"verdict", name(v.verdict)},
              {"reason", v.reason},
              {"exception", nullptr}};
    if (const auto found = s.excepted.find(i); found != s.excepted.end()) j["exception"] = found->second;
    all.push_back(std::move(j));
  }
  return all;
}

json waived(const Statement& s) {
  json all = json::array();
  for (const auto i : s.waived) {
    const auto& v = s.input.judgement.cells[i];
    json j = {{"cell", s.input.record.plan.cells[i].id.str()}, {"reason", v.reason}};
    if (v.waiver) j["waiver"] = to_json(*v.waiver);
    all.push_back(std::move(j));
  }
  return all;
}

json flaky(const Statement& s) {
  const RecordIndex index(s.input.record);
  json all = json::array();
  for (const auto i : s.flaky) {
    json attempts = json::array();
    for (const auto* a : index.attempts(s.input.record.plan.cells[i].id))
      attempts.push_back({{"number", a->number},
                          {"outcome", name(a->observation.outcome)},
                          {"cause", a->observation.cause},
                          {"message", a->observation.message}});
    all.push_back({{"cell", s.input.record.plan.cells[i].id.str()}, {"attempts", std::move(attempts)}});
  }
  return all;
}

json predictions(const Statement& s) {
  json wrong = json::array();
  for (const auto i : s.predicted_wrong) {
    const auto& id = s.input.record.plan.cells[i].id;
    const auto& p = *s.input.record.info.prediction(id);
    wrong.push_back({{"cell", id.str()},
                     {"expected", name(p.expected)},
                     {"observed", name(s.input.judgement.cells[i].outcome.value())},
                     {"cause", p.cause},
                     {"why", p.why}});
  }
  return {
      {"agree", s.predicted_right}, {"not_observed", s.predicted_unobserved}, {"disagree", std::move(wrong)}};
}

json unconfirmed(const Statement& s) {
  json all = json::array();
  for (const auto& m : s.unconfirmed)
    all.push_back({{"table", m.table},
                   {"mode", name(m.mode)},
                   {"row", m.row},
                   {"scenario", m.scenario},
                   {"mark", name(m.mark.mark)},
                   {"known", name(m.mark.known)}});
  return all;
}

json proven(const Statement& s) {
  json all = json::array();
  for (const auto& [key, rows] : s.proven) {
    json numbers = json::array(), own_checks = json::array();
    for (const auto& row : rows)
      row.row == kOwnCheck ? own_checks.push_back(row.scenario) : numbers.push_back(row.row);
    all.push_back({{"target_kind", name(key.first)},
                   {"proven", key.second},
                   {"rows", std::move(numbers)},
                   {"own_checks", std::move(own_checks)}});
  }
  return all;
}

json exceptions(const SignOff& sign_off) {
  json all = json::array();
  for (const auto& e : sign_off.exceptions)
    all.push_back({{"cell", e.cell}, {"owner", e.owner}, {"reason", e.reason}});
  return all;
}

}  // namespace

json to_json(const Subject& subject) {
  json j = {{"kind", subject.kind}, {"name", subject.name}};
  if (!subject.sha256.empty()) j["sha256"] = subject.sha256;
  if (!subject.id.empty()) j["id"] = subject.id;
  return j;
}

std::string sign_off_json(const Statement& s) {
  const auto& record = s.input.record;
  json subjects = json::array();
  for (const auto& subject : s.sign_off.subjects) subjects.push_back(to_json(subject));
  json document = {
      {"format", 1},
      {"product", s.sign_off.product},
      {"version", s.sign_off.version},
      {"run", record.info.id},
      {"matrix", record.plan.matrix.name},
      {"harness_version", record.info.harness_version},
      {"started", iso8601(record.info.started)},
      {"ended", record.end == RunEnd::unfinished ? json() : json(iso8601(record.ended))},
      {"end", end_words(record.end)},
      {"judged_as_of", s.sign_off.judged_as_of},
      {"signed_at", iso8601(s.sign_off.when)},
      {"signer", {{"subject", s.sign_off.signer}, {"fingerprint_sha256", s.sign_off.fingerprint}}},
      {"summary", summary_json(s.input.judgement)},
      {"coverage", coverage_json(s)},
      {"deviations", deviations(s)},
      {"exceptions", exceptions(s.sign_off)},
      {"waived", waived(s)},
      {"flaky", flaky(s)},
      {"predictions", predictions(s)},
      {"unconfirmed_marks", unconfirmed(s)},
      {"warnings", record.plan.warnings},
      {"proven", proven(s)},
      {"subjects", std::move(subjects)},
      {"environment", record.info.environment}};
  return json_text(std::move(document));
}

}  // namespace smx
