#include "reports/junit/junit_report.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <pugixml.hpp>
#include <sstream>

#include "harness/compare/compare.h"
#include "reports/common/appearance.h"
#include "reports/common/details.h"
#include "reports/common/grid.h"
#include "reports/junit/xml_text.h"

namespace smx {
namespace {

constexpr std::size_t kAttributeLimit = 1000;

struct Counts {
  std::size_t tests = 0, failures = 0, errors = 0, skipped = 0;
  Milliseconds time{0};

  void operator+=(const Counts& other) {
    tests += other.tests, failures += other.failures, errors += other.errors, skipped += other.skipped;
    time += other.time;
  }
};

struct Suite {
  std::string name;
  std::vector<std::size_t> cells;
};

std::string prefix_of(const CellId& id) {
  return Grid::Column{id.target, id.mode, id.reader}.prefix();
}

/// The groups in plan order, each with the uncovered cells of its prefix; then prefixes without any group.
std::vector<Suite> suites_of(const Plan& plan) {
  std::vector<Suite> suites;
  std::map<std::string, std::size_t> by_prefix;
  std::vector<bool> placed(plan.cells.size(), false);
  for (const auto& group : plan.groups) {
    // Two groups of one prefix differ in their starting state; the first takes what is not covered.
    by_prefix.try_emplace(Grid::Column{group.target, group.mode, group.reader}.prefix(), suites.size());
    suites.push_back({group.id, group.cells});
    for (const auto cell : group.cells) placed.at(cell) = true;
  }
  for (std::size_t i = 0; i < plan.cells.size(); ++i) {
    if (placed[i]) continue;
    const auto prefix = prefix_of(plan.cells[i].id);
    const auto [suite, added] = by_prefix.try_emplace(prefix, suites.size());
    if (added) suites.push_back({prefix, {}});
    suites[suite->second].cells.push_back(i);
  }
  return suites;
}

void set(pugi::xml_node node, const char* name, const std::string& value) {
  node.append_attribute(name).set_value(xml_line(value, kAttributeLimit).c_str());
}

void set_time(pugi::xml_node node, Milliseconds time) {
  set(node, "time", fmt::format("{:.3f}", static_cast<double>(time.count()) / 1000));
}

void set_counts(pugi::xml_node node, const Counts& counts) {
  set(node, "tests", std::to_string(counts.tests));
  set(node, "failures", std::to_string(counts.failures));
  set(node, "errors", std::to_string(counts.errors));
  set(node, "skipped", std::to_string(counts.skipped));
  set_time(node, counts.time);
}

void add_property(pugi::xml_node properties, const char* name, const std::string& value) {
  auto property = properties.append_child("property");
  set(property, "name", name);
  set(property, "value", value);
}

class Writer {
 public:
  explicit Writer(const ReportInput& input) : input_(input), index_(input.record) {
    if (input.comparison)
      for (const auto& change : input.comparison->cells)
        if (compare::counts(change)) changes_[change.cell] = &change;
  }

  std::string write() {
    pugi::xml_document document;
    auto declaration = document.append_child(pugi::node_declaration);
    declaration.append_attribute("version") = "1.0";
    declaration.append_attribute("encoding") = "UTF-8";
    auto root = document.append_child("testsuites");
    set(root, "name", "safemode-matrix " + input_.record.plan.matrix.name);
    Counts all;
    for (const auto& suite : suites_of(input_.record.plan)) all += add_suite(root, suite);
    set_counts(root, all);
    std::ostringstream out;
    document.save(out, "  ", pugi::format_default, pugi::encoding_utf8);
    return out.str();
  }

 private:
  Counts add_suite(pugi::xml_node root, const Suite& suite) {
    auto node = root.append_child("testsuite");
    set(node, "name", suite.name);
    set(node, "timestamp", timestamp(suite));
    auto properties = node.append_child("properties");
    add_property(properties, "run", input_.record.info.id);
    add_property(properties, "harness", input_.record.info.harness_version);
    Counts counts;
    for (const auto cell : suite.cells) add_case(node, cell, counts);
    set_counts(node, counts);
    return counts;
  }

  /// Of the group's first boot; ISO 8601 without a zone, as the schema of JUnit's Ant task wants it.
  std::string timestamp(const Suite& suite) const {
    const auto& boots = index_.boots(suite.name);
    const auto time = boots.empty() ? input_.record.info.started : boots.front()->started;
    const auto seconds = std::chrono::floor<std::chrono::seconds>(time);
    return fmt::format("{:%Y-%m-%dT%H:%M:%S}", fmt::gmtime(seconds.time_since_epoch().count()));
  }

  void add_case(pugi::xml_node suite, std::size_t i, Counts& counts) {
    const auto& cell = input_.record.plan.cells[i];
    const auto& verdict = input_.judgement.cells.at(i);
    const auto& attempts = index_.attempts(cell.id);
    Milliseconds time{0};
    for (const auto* a : attempts) time += a->ended - a->started;
    ++counts.tests;
    counts.time += time;
    auto node = suite.append_child("testcase");
    set(node, "classname", prefix_of(cell.id));
    set(node, "name", cell.id.scenario);
    set_time(node, time);
    add_properties(node, cell, verdict, attempts.size());
    const bool told =
        add_result(node, cell, verdict, attempts, counts) || add_change(node, cell, attempts, counts);
    const auto out = system_out(verdict, attempts, told);
    if (!out.empty()) node.append_child("system-out").text().set(out.c_str());
  }

  static void add_properties(pugi::xml_node node, const Cell& cell, const CellVerdict& verdict,
                             std::size_t attempts) {
    auto properties = node.append_child("properties");
    add_property(properties, "verdict", std::string(name(verdict.verdict)));
    if (cell.row == kOwnCheck)
      add_property(properties, "own-check", cell.words);
    else
      add_property(properties, "row", row_title(cell.row, cell.words));
    add_property(properties, "expectation", expectation_words(verdict.expectation));
    if (verdict.control != ControlStatus::not_needed)
      add_property(properties, "control", std::string(name(verdict.control)));
    if (attempts > 1) add_property(properties, "attempts", std::to_string(attempts));
    if (verdict.flaky) add_property(properties, "flaky", "true");
  }

  /// Whether the element it added already tells the attempts.
  static bool add_result(pugi::xml_node node, const Cell& cell, const CellVerdict& verdict,
                         const std::vector<const Attempt*>& attempts, Counts& counts) {
    const auto told = [&](const char* element, std::size_t& count) {
      ++count;
      auto child = node.append_child(element);
      set(child, "message", verdict.reason);
      set(child, "type", std::string(name(verdict.verdict)));
      child.text().set(xml_text(attempts_text(attempts), kSystemOutLimit).c_str());
      return true;
    };
    const auto skipped = [&](const std::string& message) {
      ++counts.skipped;
      set(node.append_child("skipped"), "message", message);
      return false;
    };
    switch (verdict.verdict) {
      case Verdict::deviates:
      case Verdict::control_broken: return told("failure", counts.failures);
      case Verdict::inconclusive:
      case Verdict::deviates_unconfirmed: return told("error", counts.errors);
      case Verdict::waived: return skipped(waiver_words(verdict));
      case Verdict::not_applicable: return skipped("not applicable: " + verdict.reason);
      case Verdict::not_covered: return skipped("not covered: waits for " + cell.not_covered);
      case Verdict::conforms:
      case Verdict::works_unsupported:
      case Verdict::observed:
      case Verdict::control_ok: break;
    }
    return false;
  }

  /// What no verdict complains of can have regressed all the same, or be lost, since the baseline.
  bool add_change(pugi::xml_node node, const Cell& cell, const std::vector<const Attempt*>& attempts,
                  Counts& counts) const {
    using compare::Change;
    const auto it = changes_.find(cell.id);
    if (it == changes_.end() || node.child("skipped")) return false;
    const auto& change = *it->second;
    const bool regressed = change.change == Change::regressed;
    ++(regressed ? counts.failures : counts.errors);
    auto child = node.append_child(regressed ? "failure" : "error");
    set(child, "message", change_words(change, input_.comparison->baseline));
    set(child, "type", std::string(name(change.change)));
    child.text().set(xml_text(attempts_text(attempts), kSystemOutLimit).c_str());
    return true;
  }

  static std::string waiver_words(const CellVerdict& v) {
    if (!v.waiver) return "waived: " + v.reason;
    return fmt::format("waived by {} until {}: {}", v.waiver->owner, v.waiver->expires, v.waiver->reason);
  }

  std::string system_out(const CellVerdict& verdict, const std::vector<const Attempt*>& attempts,
                         bool told) const {
    auto text = told ? std::string() : attempts_text(attempts);
    if (needs_attention(verdict))
      for (const auto* a : attempts)
        for (const auto& e : a->observation.evidence) {
          if (text.size() >= kSystemOutLimit) break;
          const auto bytes =
              is_text(e) ? input_.evidence.read(e, kSystemOutLimit - text.size()) : std::nullopt;
          if (bytes) text += fmt::format("--- {} of attempt {} ---\n{}\n", e.name, a->number, *bytes);
        }
    return xml_text(text, kSystemOutLimit);
  }

  const ReportInput& input_;
  RecordIndex index_;
  std::map<CellId, const compare::CellChange*> changes_;
};

}  // namespace

std::string junit_report(const ReportInput& input) {
  return Writer(input).write();
}

}  // namespace smx
