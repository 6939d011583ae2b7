#include <benchmark/benchmark.h>

#include <sstream>

#include "harness/journal/journal.h"
#include "reports/common/evidence_folder.h"
#include "reports/files/report_files.h"
#include "reports/terminal/plain.h"
#include "tests/unit/run/engine_fixture.h"

// What the controller itself costs: guests and scenarios answer at once, everything else is real (durable
// journal, evidence, progress, reports). The figure to quote is `per_cell`.

namespace smx::run {
namespace {

/// Three boots of sixteen scenarios, as the reference matrix would be with every row covered.
RunRecord full_matrix() {
  auto record = sample_run();
  auto& plan = record.plan;
  const auto pattern = plan.catalogue.scenarios.front();
  plan.catalogue.scenarios.clear();
  plan.cells.clear();
  plan.groups.clear();
  for (int row = 1; row <= 16; ++row) {
    auto s = pattern;
    s.id = "scenario-" + std::to_string(row);
    s.row = row;
    plan.catalogue.scenarios.push_back(s);
  }
  for (const auto mode : {BootMode::normal, BootMode::safe_networking, BootMode::safe_minimal}) {
    BootGroup group{"t/" + std::string(name(mode)) + "/r", "t", StartState::unjoined, mode, "r", {}};
    for (const auto& s : plan.catalogue.scenarios) {
      group.cells.push_back(plan.cells.size());
      plan.cells.push_back({{"t", mode, "r", s.id}, s.row, s.id, "", false});
    }
    plan.groups.push_back(group);
  }
  return record;
}

void run_full_matrix(benchmark::State& state) {
  std::size_t cells = 0;
  for (auto _ : state) {
    state.PauseTiming();
    const TempDir dir("/tmp", "smx-bench-");
    auto record = full_matrix();
    vm::FakeHypervisor hypervisor([](const vm::MachineSpec& spec) {
      vm::FakeScript script;
      script.handlers["facts"] = fake::facts(spec.command_line);
      script.handlers["*"] = fake::passes();
      return script;
    });
    vm::FakeReaderProvider readers;
    FakeTarget target;
    FakeServices services;
    journal::EvidenceStore evidence(dir.path() / "evidence");
    SystemClock clock;
    CancelToken cancel;
    std::ostringstream out;
    state.ResumeTiming();

    journal::Journal journal(dir.path());
    EvidenceFolder evidence_folder(dir.path() / "evidence");
    PlainProgress progress(out);
    const std::vector<RunListener*> listeners{&journal, &progress};
    const auto judgement =
        run_plan(record,
                 {hypervisor, readers, [&](const Target&) -> const TargetDriver& { return target; }, services,
                  evidence, clock, dir.path() / "s", dir.path() / "w", 1},
                 listeners, cancel, false, [](const RunRecord& r) { return verdict::judge(r, {}); });
    write_report_files({record, judgement, evidence_folder}, dir.path());
    cells += record.attempts.size();
  }
  state.counters["per_cell"] = benchmark::Counter(static_cast<double>(cells),
                                                  benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}
BENCHMARK(run_full_matrix)->Unit(benchmark::kMillisecond)->UseRealTime();

}  // namespace
}  // namespace smx::run
