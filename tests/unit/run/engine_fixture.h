#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "harness/core/files.h"
#include "harness/core/model/model_json.h"
#include "harness/core/model/observation.h"
#include "harness/core/model/run_record.h"
#include "harness/core/types.h"
#include "harness/run/engine.h"
#include "harness/run/fake_target.h"
#include "harness/verdict/judge.h"
#include "vm/hypervisor/fake_hypervisor.h"
#include "vm/reader/fake_reader.h"

namespace smx::run {

/// Two groups (normal and Safe Mode with Networking), three scenarios each ("a", "b", "c"), all supported.
inline RunRecord sample_run() {
  RunRecord record;
  record.info.id = "20261124-093012-5f3c";
  auto& plan = record.plan;
  plan.matrix.targets = {{"t", TargetKind::reference_linux, "img", "table"}};
  plan.matrix.cards = {{"card", CardApplication::piv, CardSolution::plug_and_play, "rsa2048", ""}};
  plan.matrix.readers = {{"r", ReaderKind::virtual_reader, "card"}};
  plan.matrix.attempts = 2;
  auto& table = plan.tables["table"];
  table.id = "table";
  for (const std::string id : {"a", "b", "c"}) {
    Scenario s;
    s.id = id;
    s.checks = {"done"};
    s.steps = {{ScenarioStep::Kind::agent, "main"}};
    s.targets[TargetKind::reference_linux] = {id, "", "real"};
    plan.catalogue.scenarios.push_back(s);
    const TableMark yes{Mark::supported, MarkSource::stated, "", std::nullopt};
    table.rows.push_back({1, id, id, {{BootMode::safe_networking, yes}}});
  }
  for (const auto mode : {BootMode::normal, BootMode::safe_networking}) {
    BootGroup group{"t/" + std::string(name(mode)) + "/r", "t", StartState::unjoined, mode, "r", {}};
    for (const std::string id : {"a", "b", "c"}) {
      group.cells.push_back(plan.cells.size());
      plan.cells.push_back({{"t", mode, "r", id}, 1, id, "", false});
    }
    plan.groups.push_back(group);
  }
  return record;
}

class EngineTest : public testing::Test {
 protected:
  using Script = vm::FakeScript;

  /// A guest that is in the mode it was asked for and passes everything.
  static Script good(const vm::MachineSpec& spec) {
    Script script;
    script.handlers["facts"] = fake::facts(spec.command_line);
    script.handlers["*"] = fake::passes();
    return script;
  }

  static Judgement judge(const RunRecord&) { return {}; }

  Resources resources() {
    return {
        hypervisor,       readers,          [this](const Target&) -> const TargetDriver& { return target; },
        services,         evidence,         clock,
        dir.path() / "s", dir.path() / "w", slots};
  }
  void run(const std::vector<RunListener*>& listeners = {}) {
    run_plan(record, resources(), listeners, cancel, false, judge);
  }

  const Observation& last(BootMode mode, const std::string& scenario) const {
    const Observation* found = nullptr;
    for (const auto& a : record.attempts)
      if (a.cell.mode == mode && a.cell.scenario == scenario) found = &a.observation;
    if (!found) throw std::logic_error("no attempt at " + scenario);
    return *found;
  }
  std::size_t attempts(BootMode mode, const std::string& scenario) const {
    return static_cast<std::size_t>(
        std::count_if(record.attempts.begin(), record.attempts.end(),
                      [&](const Attempt& a) { return a.cell.mode == mode && a.cell.scenario == scenario; }));
  }

  TempDir dir{std::filesystem::temp_directory_path(), "smx-t-"};
  RunRecord record = sample_run();
  /// What each machine does; tests replace it before they run.
  std::function<Script(const vm::MachineSpec&)> director = good;
  vm::FakeHypervisor hypervisor{[this](const vm::MachineSpec& spec) { return director(spec); }};
  vm::FakeReaderProvider readers;
  FakeTarget target;
  FakeServices services;
  journal::EvidenceStore evidence{dir.path() / "evidence"};
  SystemClock clock;
  CancelToken cancel;
  std::size_t slots = 1;
};

}  // namespace smx::run
