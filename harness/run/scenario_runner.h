#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "harness/core/model/observation.h"
#include "harness/core/time_types.h"
#include "harness/run/agent_call.h"
#include "harness/run/resources.h"
#include "vm/hypervisor/hypervisor.h"
#include "vm/reader/reader_session.h"

namespace smx::run {

/// One attempt at one scenario in a booted, proven guest. Used once, by one thread.
class ScenarioRunner {
 public:
  /// `screen`: what is done at the guest's screen after the scenario's own steps; null: nothing.
  ScenarioRunner(const Scenario& scenario, const ScenarioOnTarget& implementation, AgentCall agent,
                 vm::Machine& machine, vm::ReaderSession& reader, const Resources& resources,
                 verify::KnownTarget target, const ScreenPart* screen);

  /// Runs the steps, verifies what the agent claims, puts the card back. Throws Error(guest) when the channel
  /// is lost, Cancelled.
  Observation run();

  /// Whether every step came to its end, so that the guest can take another scenario.
  bool finished() const { return finished_; }

  /// What was collected so far; for an attempt that ended with an exception.
  const std::vector<Evidence>& evidence() const { return observation_.evidence; }

 private:
  /// Kerberos and certificates live by the clock: blocks a scenario that needs them in a guest whose clock is
  /// off. Whether it did.
  bool clock_is_off();
  void set_network(bool connected);
  /// What the guard of a real card refused makes the attempt show nothing: `blocked`, `card-safety`.
  void apply_refusals();

  enum class StepEnd {
    done,
    /// It cannot be done with this reader. The observation stands already; the guest is as it was.
    impossible,
    /// The agent gave no result. The observation stands already; the guest takes no other scenario.
    no_result,
  };
  /// All steps, those at the screen included, up to the first that is not done.
  StepEnd run_steps();
  StepEnd step(const ScenarioStep& step);
  /// The steps at the screen, when the checks before them passed, up to the first after which one of the
  /// screen's checks is reported: where keys went astray, no more are typed.
  StepEnd use_screen();
  bool screen_check_stands() const;
  void type(const std::string& credential);
  void take_picture(const std::string& name);
  /// Reports every check that has no report yet as blocked, and makes that the observation.
  StepEnd block_remaining(const char* cause, const std::string& why);
  /// Whether the reader was taken from the guest: then nothing that it observed counts, and the observation
  /// is `blocked`, `reader-gone`.
  bool reader_is_gone();
  /// Makes `end` the observation; the evidence stays.
  void conclude(Observation end);
  StepEnd call_agent(const std::string& phase);
  nlohmann::json agent_input() const;
  void verify(const vm::CardState& before);
  void keep(const std::string& name, const std::string& bytes, bool truncated = false,
            const std::string& media_type = "text/plain");

  const Scenario& scenario_;
  const ScenarioOnTarget& implementation_;
  AgentCall agent_;
  vm::Machine& machine_;
  vm::ReaderSession& reader_;
  const Resources& resources_;
  verify::KnownTarget target_;
  const ScreenPart* screen_;
  std::vector<std::string> checks_;  ///< every one that the result must hold
  const TimePoint began_;
  std::chrono::steady_clock::time_point deadline_;
  Observation observation_;
  nlohmann::json details_ = nlohmann::json::object();
  std::string nonce_;  ///< of the last agent call: what verifiers look for
  bool network_cut_ = false;
  bool finished_ = false;
};

}  // namespace smx::run
