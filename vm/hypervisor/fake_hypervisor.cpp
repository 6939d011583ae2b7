#include "vm/hypervisor/fake_hypervisor.h"

#include "harness/core/error.h"

namespace smx::vm {

class FakeMachine : public Machine {
 public:
  FakeMachine(FakeHypervisor& owner, std::string name, FakeScript script, const CancelToken& cancel)
      : owner_(owner),
        name_(std::move(name)),
        script_(std::move(script)),
        cancel_(cancel),
        guest_(script_.handlers, cancel) {
    guest_.clock_skew = script_.clock_skew;
  }
  ~FakeMachine() override { end(); }

  bool wait_for_agent(Milliseconds) override;
  bool wait_for_agent_to_leave(Milliseconds) override;
  bool wait_for_end(Milliseconds) override;
  GuestChannel& channel() override { return guest_; }
  std::string screenshot() override;
  void press(const std::vector<KeyChord>& chords) override;
  MachineState state() override;
  std::string live_xml() override { return script_.live_xml; }
  void set_network(bool connected) override { guest_.note(connected ? "network up" : "network down"); }
  void end() noexcept override;

 private:
  FakeHypervisor& owner_;
  const std::string name_;
  FakeScript script_;
  const CancelToken& cancel_;
  FakeGuest guest_;
  std::once_flag ended_;
};

bool FakeMachine::wait_for_agent(Milliseconds) {
  cancel_.check();
  switch (script_.boot) {
    case FakeScript::Boot::answers: return guest_.life() == FakeGuest::Life::alive;
    case FakeScript::Boot::silent: guest_.hang(); return false;
    case FakeScript::Boot::dies:
    case FakeScript::Boot::blocks: break;
    case FakeScript::Boot::refused: return false;
  }
  try {
    if (script_.boot == FakeScript::Boot::dies) guest_.die();
    guest_.block();
  } catch (const Error&) {
    // The machine ended: for the waiting caller that is a value.
  }
  return false;
}

bool FakeMachine::wait_for_agent_to_leave(Milliseconds) {
  cancel_.check();
  if (guest_.take_restart()) {
    script_.boot = script_.boots_again();
    return true;
  }
  return guest_.life() == FakeGuest::Life::crashed || guest_.life() == FakeGuest::Life::ended;
}

bool FakeMachine::wait_for_end(Milliseconds) {
  cancel_.check();
  return state() != MachineState::running;
}

std::string FakeMachine::screenshot() {
  guest_.note("screenshot");
  if (script_.screen.empty()) throw Error(ErrorKind::environment, name_ + " has no display");
  return script_.screen;
}

void FakeMachine::press(const std::vector<KeyChord>& chords) {
  guest_.note("press " + std::to_string(chords.size()));
}

MachineState FakeMachine::state() {
  switch (guest_.life()) {
    case FakeGuest::Life::crashed: return MachineState::crashed;
    case FakeGuest::Life::ended: return MachineState::stopped;
    case FakeGuest::Life::alive:
    case FakeGuest::Life::hung: break;
  }
  return MachineState::running;
}

void FakeMachine::end() noexcept {
  std::call_once(ended_, [this] {
    guest_.end();
    owner_.ended(name_, guest_.asked());
  });
}

FakeHypervisor::FakeHypervisor(Director director) : director_(std::move(director)) {}

std::map<std::string, std::string> FakeHypervisor::describe() {
  return {{"libvirt", "0.0.0"}, {"qemu", "0.0.0"}, {"acceleration", "none: in memory"}, {"uri", "fake:///"}};
}

std::unique_ptr<Machine> FakeHypervisor::start(const MachineSpec& spec, const CancelToken& cancel) {
  cancel.check();
  FakeScript script = director_(spec);
  std::lock_guard lock(mutex_);
  log_.push_back(spec.name + " start");
  started_.push_back(spec);
  if (script.boot == FakeScript::Boot::refused)
    throw Error(ErrorKind::environment, "cannot start " + spec.name + ": refused by the test's script");
  if (!running_.emplace(spec.name, spec.run_token).second)
    throw Error(ErrorKind::environment, "cannot start " + spec.name + ": a machine of this name is running");
  return std::make_unique<FakeMachine>(*this, spec.name, std::move(script), cancel);
}

std::vector<std::string> FakeHypervisor::end_leftovers(
    const std::function<bool(const std::string&)>& is_dead) {
  std::lock_guard lock(mutex_);
  std::vector<std::string> names;
  std::erase_if(running_, [&](const auto& machine) {
    if (!is_dead(machine.second)) return false;
    names.push_back(machine.first);
    log_.push_back(machine.first + " end");
    return true;
  });
  return names;
}

void FakeHypervisor::leave_behind(const std::string& name, const std::string& run_token) {
  std::lock_guard lock(mutex_);
  running_.emplace(name, run_token);
}

std::vector<MachineSpec> FakeHypervisor::started() const {
  std::lock_guard lock(mutex_);
  return started_;
}

std::vector<std::string> FakeHypervisor::running() const {
  std::lock_guard lock(mutex_);
  std::vector<std::string> names;
  for (const auto& [name, token] : running_) names.push_back(name);
  return names;
}

std::vector<std::string> FakeHypervisor::log() const {
  std::lock_guard lock(mutex_);
  return log_;
}

void FakeHypervisor::ended(const std::string& name, const std::vector<std::string>& asked) {
  std::lock_guard lock(mutex_);
  running_.erase(name);
  for (const auto& line : asked) log_.push_back(name + " " + line);
  log_.push_back(name + " end");
}

}  // namespace smx::vm
