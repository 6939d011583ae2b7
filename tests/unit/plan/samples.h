#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "harness/core/error.h"
#include "harness/core/model/matrix.h"
#include "harness/core/model/support_table.h"
#include "harness/core/types.h"
#include "harness/plan/boot_modes.h"
#include "harness/plan/make_plan.h"

namespace smx {

/// A matrix of one reference guest and one virtual reader over five scenarios, which tests change.
struct PlanSample {
  PlanSample() {
    add("domain-logon", 1, "", Changes::guest);
    add("pin-management", 6, "pin-management", Changes::card);
    add("ssl-client-authentication", 9, "ssl-client-authentication", Changes::nothing);
    add("user-account-control", 12, "user-account-control", Changes::guest);
    add("certutil-scinfo", 13, "certutil-scinfo", Changes::nothing);
    matrix.targets = {{"reference-linux", TargetKind::reference_linux, "reference-linux", "reference"}};
    matrix.modes = {BootMode::normal, BootMode::safe_networking};
    Card card;
    card.id = "piv";
    matrix.cards = {card};
    matrix.readers = {{"virtual", ReaderKind::virtual_reader, "piv"}};
    tables["reference"].id = "reference";
    tables["unused"].id = "unused";
  }

  void add(const std::string& id, int row, const std::string& agent, Changes changes,
           StartState state = StartState::unjoined) {
    Scenario scenario;
    scenario.id = id;
    scenario.row = row;
    scenario.words = "Words of " + id;
    scenario.changes = changes;
    scenario.state = state;
    auto& on = scenario.targets[TargetKind::reference_linux];
    on.agent = agent;
    if (agent.empty()) on.waits_for = "a domain controller";
    catalogue.scenarios.push_back(scenario);
    matrix.scenarios.push_back(id);
  }
  Plan plan() const { return make_plan(matrix, catalogue, tables, options); }

  Matrix matrix;
  Catalogue catalogue;
  std::map<std::string, SupportTable> tables;
  PlanOptions options;
};

inline std::vector<std::string> ids(const std::vector<Cell>& cells) {
  std::vector<std::string> all;
  for (const auto& cell : cells) all.push_back(cell.id.str());
  return all;
}

inline std::vector<std::string> group_ids(const Plan& plan) {
  std::vector<std::string> all;
  for (const auto& group : plan.groups) all.push_back(group.id);
  return all;
}

inline std::vector<std::string> scenarios_of(const Plan& plan, const BootGroup& group) {
  std::vector<std::string> all;
  for (const auto cell : group.cells) all.push_back(plan.cells[cell].id.scenario);
  return all;
}

}  // namespace smx
