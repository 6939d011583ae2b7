#include "vm/hypervisor/fake_hypervisor.h"

#include <gmock/gmock.h>

#include <thread>

#include "harness/core/error.h"

namespace smx::vm {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

MachineSpec named(const std::string& name) {
  MachineSpec spec;
  spec.name = name;
  spec.run_token = "run-1";
  return spec;
}

FakeHypervisor::Director booting(FakeScript::Boot boot) {
  return [boot](const MachineSpec&) {
    return FakeScript{.boot = boot, .handlers = {{"facts", fake::dies()}}};
  };
}

TEST(FakeHypervisor, records_machines_and_what_they_were_asked) {
  const CancelToken cancel;
  FakeHypervisor hypervisor(booting(FakeScript::Boot::answers));
  {
    const auto machine = hypervisor.start(named("a"), cancel);
    EXPECT_TRUE(machine->wait_for_agent(Milliseconds(1)));
    EXPECT_THAT(hypervisor.running(), ElementsAre("a"));
    machine->channel().ping(Milliseconds(1));
    machine->end();
    machine->end();
    EXPECT_EQ(machine->state(), MachineState::stopped);
  }
  EXPECT_THAT(hypervisor.running(), IsEmpty());
  EXPECT_THAT(hypervisor.log(), ElementsAre("a start", "a ping", "a end"));
}

TEST(FakeHypervisor, plays_every_way_not_to_boot) {
  const CancelToken cancel;
  FakeHypervisor silent(booting(FakeScript::Boot::silent)), dying(booting(FakeScript::Boot::dies)),
      refusing(booting(FakeScript::Boot::refused));
  const auto quiet = silent.start(named("a"), cancel);
  EXPECT_FALSE(quiet->wait_for_agent(Milliseconds(1)));
  EXPECT_EQ(quiet->state(), MachineState::running);
  const auto dead = dying.start(named("b"), cancel);
  EXPECT_FALSE(dead->wait_for_agent(Milliseconds(1)));
  EXPECT_EQ(dead->state(), MachineState::crashed);
  EXPECT_THROW(refusing.start(named("c"), cancel), Error);
  EXPECT_THAT(refusing.running(), IsEmpty());
}

TEST(FakeHypervisor, a_boot_that_blocks_is_cancelled) {
  CancelToken cancel;
  FakeHypervisor hypervisor(booting(FakeScript::Boot::blocks));
  const auto machine = hypervisor.start(named("a"), cancel);
  std::thread canceller([&] { cancel.cancel(); });
  EXPECT_THROW(machine->wait_for_agent(Milliseconds(1)), Cancelled);
  canceller.join();
}

TEST(FakeHypervisor, a_machine_that_dies_in_a_command_is_crashed) {
  const CancelToken cancel;
  FakeHypervisor hypervisor(booting(FakeScript::Boot::answers));
  const auto machine = hypervisor.start(named("a"), cancel);
  EXPECT_THROW(machine->channel().execute({.argv = {"/opt/agent", "run", "facts"}, .input = ""}), Error);
  EXPECT_EQ(machine->state(), MachineState::crashed);
  machine->end();
  EXPECT_EQ(machine->state(), MachineState::crashed);
}

TEST(FakeHypervisor, ends_leftovers_of_dead_runs_only) {
  FakeHypervisor hypervisor(booting(FakeScript::Boot::answers));
  hypervisor.leave_behind("old", "dead-run");
  hypervisor.leave_behind("other", "living-run");
  EXPECT_THAT(hypervisor.end_leftovers([](const std::string& token) { return token == "dead-run"; }),
              ElementsAre("old"));
  EXPECT_THAT(hypervisor.running(), ElementsAre("other"));
}

}  // namespace
}  // namespace smx::vm
