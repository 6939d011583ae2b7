#include "harness/run/boot_session.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "harness/core/error.h"
#include "harness/core/text.h"
#include "harness/run/agent_call.h"
#include "harness/run/scenario_runner.h"

namespace smx::run {
namespace {

using nlohmann::json;
using namespace std::chrono_literals;

/// How long a guest that was just busy may take to answer a ping before it counts as gone.
constexpr Milliseconds kPingLimit = 5s;
constexpr Milliseconds kFactsLimit = 20s;
constexpr Milliseconds kInventoryLimit = 60s;  // it hashes a hundred files or so

std::string disagreement(const Proof& proof) {
  for (const auto& fact : proof.facts)
    if (!fact.agrees)
      return fmt::format("{} is \"{}\", expected \"{}\"", fact.name, fact.actual, fact.expected);
  return fmt::format("only {} known", plural(proof.facts.size(), "fact"));
}

Milliseconds since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration_cast<Milliseconds>(std::chrono::steady_clock::now() - start);
}

bool leaves_guest_unchanged(const Scenario& scenario) {
  // What a guest makes of a card or reader that failed stays in it.
  const bool faulty = std::any_of(scenario.steps.begin(), scenario.steps.end(), [](const ScenarioStep& s) {
    return s.kind == ScenarioStep::Kind::card_fault;
  });
  return !faulty && scenario.changes != Changes::guest && scenario.changes != Changes::domain;
}

}  // namespace

BootSession::BootSession(BootContext context, const Resources& resources, const CancelToken& cancel,
                         Phase phase)
    : context_(context),
      resources_(resources),
      cancel_(cancel),
      phase_(std::move(phase)),
      target_(context.plan.target(context.group.target)),
      driver_(resources.driver(target_)),
      sockets_(resources.sockets, "b"),
      work_(resources.work, "boot-") {
  boot_.group = context.group.id;
  boot_.number = context.number;
  boot_.started = resources.clock.now();
}

BootSession::~BootSession() {
  if (machine_) machine_->end();
}

std::optional<Observation> BootSession::start() {
  std::optional<Observation> trouble;
  try {
    trouble = boot();
  } catch (const Error& e) {
    trouble = observed(e);
  }
  for (const auto& [name, bytes] : driver_.evidence_files())
    keep(name, bytes, name.ends_with(".json") ? "application/json" : "text/plain");
  if (trouble) {
    boot_.trouble = trouble->message;
    if (machine_) look_at_screen();
    if (console_) trouble->evidence.push_back(stored("console.log", console_->text()));
  }
  usable_ = !trouble;
  return trouble;
}

std::optional<Observation> BootSession::boot() {
  phase_("preparing");
  const auto& reader = context_.plan.reader(context_.group.reader);
  vm::MachineSpec spec;
  spec.name = fmt::format("smx-{}-{}-{}", context_.run_id, context_.index, context_.number);
  spec.run_token = context_.run_id;
  spec.disk = work_.path() / "disk.qcow2";
  spec.console_socket = sockets_.path() / "tty";
  driver_.boot().set_mode(spec, context_.group.mode);
  has_display_ = spec.hardware.display;
  driver_.create_overlay(spec.disk);
  driver_.boot().prepare_disk(spec.disk, context_.group.mode, cancel_);
  reader_ = resources_.readers.open(reader, context_.plan.card(reader.card), sockets_.path());
  reader_->attach_to(spec);

  auto trouble = start_machine(spec);
  if (trouble && repair(spec, *trouble)) {
    spec.name += "-again";  // libvirt may not have tidied up yet after the first of that name
    trouble = start_machine(spec);
  }
  if (trouble) return trouble;
  return prove();
}

std::optional<Observation> BootSession::start_machine(const vm::MachineSpec& spec) {
  phase_("booting");
  const auto limit = context_.plan.matrix.boot_limit;
  const auto started = std::chrono::steady_clock::now();
  console_.reset();  // the socket is free for a second start only when the first one's listener is gone
  console_ = std::make_unique<vm::ConsoleLog>(spec.console_socket);
  machine_ = resources_.hypervisor.start(spec, cancel_);
  if (!machine_->wait_for_agent(limit)) return never_answered();
  const auto left = limit - since(started);
  if (!driver_.boot().enter_mode(*machine_, context_.group.mode, std::max(left, Milliseconds(0))))
    return never_answered();
  boot_.to_agent = since(started);
  return std::nullopt;
}

Observation BootSession::never_answered() {
  cancel_.check();
  const auto state = machine_->state();
  if (state == vm::MachineState::paused) return lost_channel("its agent had not answered yet");
  if (state != vm::MachineState::running)
    return {
        Outcome::guest_crashed, "died-while-booting", "the guest ended before its agent answered", {}, {}};
  return {Outcome::blocked,
          "agent-never-answered",
          fmt::format("the guest's agent did not answer within {} s of the start",
                      context_.plan.matrix.boot_limit.count() / 1000),
          {},
          {}};
}

bool BootSession::repair(const vm::MachineSpec& spec, const Observation& trouble) {
  look_at_screen();
  const bool host_is_at_fault = trouble.cause == "machine-paused";
  machine_->end();
  machine_.reset();
  if (host_is_at_fault) return false;
  phase_("repairing the disk for one more start");
  const auto tell = [&](const std::string& what) {
    keep("watchdog.txt", fmt::format("first start: {}; {}\n", trouble.message, what));
  };
  try {
    if (!driver_.boot().repair_disk(spec.disk, context_.group.mode, cancel_)) return false;
  } catch (const Error& e) {
    if (e.kind() == ErrorKind::internal) throw;
    tell(std::string("the disk could not be repaired: ") + e.what());
    return false;
  }
  tell("the machine was ended, its disk repaired, and it was started once more");
  keep("console-first-start.log", console_->text());
  return true;
}

// What is on the screen is for people: a recovery menu, a blue screen, a logon. Nothing here decides by it.
void BootSession::look_at_screen() try {
  if (machine_->state() != vm::MachineState::running || !has_display_) return;
  boot_.evidence.push_back(resources_.evidence.put(
      fmt::format("screen-{}.png", ++screens_), machine_->screenshot(), "image/png", vm::kMostPictureBytes));
} catch (const Error& e) {
  if (e.kind() == ErrorKind::internal) throw;
  keep("screen-trouble.txt", std::string(e.what()) + "\n");
}

// Which drivers ran is what a regression is explained by, so it is kept of every boot; that it could not be
// taken is kept too, and judged by the comparison.
void BootSession::take_inventory(const AgentCall& agent) {
  const auto scenario = driver_.boot().inventory();
  if (scenario.empty()) return;
  phase_("taking the inventory of drivers");
  const auto call = agent.run(scenario, "main", new_nonce(), json::object(), kInventoryLimit);
  keep("inventory.json", call.raw.out, "application/json");
  if (call.trouble) keep("inventory-trouble.txt", call.trouble->message + "\n");
}

std::optional<Observation> BootSession::prove() {
  phase_("proving mode and reader");
  const auto& strategy = driver_.boot();
  auto& channel = machine_->channel();
  channel.put_file(strategy.agent_path(), driver_.agent(), 0755);
  const AgentCall agent(channel, strategy.agent_command());
  const auto call = agent.run("facts", "main", new_nonce(), json::object(), kFactsLimit);
  keep("facts.json", call.raw.out, "application/json");
  if (!call.raw.err.empty()) keep("facts-stderr.txt", call.raw.err);
  if (call.trouble) return *call.trouble;

  take_inventory(agent);
  const auto live = machine_->live_xml();
  keep("domain.xml", live, "application/xml");
  boot_.mode = vm::prove(strategy.mode_facts(context_.group.mode, call.details), 3);
  auto attachment = reader_->attachment(live);
  const auto seen = strategy.reader_facts(reader_->usb_id(), call.details);
  attachment.insert(attachment.end(), seen.begin(), seen.end());
  boot_.reader = vm::prove(std::move(attachment), 3);

  if (!boot_.mode.proven)
    return Observation{
        Outcome::invalid,
        "mode-not-proven",
        fmt::format("boot mode {} is not proven: {}", name(context_.group.mode), disagreement(boot_.mode)),
        {},
        {}};
  if (!boot_.reader.proven)
    return Observation{Outcome::invalid,
                       "reader-not-attached",
                       "the reader's attachment is not proven: " + disagreement(boot_.reader),
                       {},
                       {}};
  return std::nullopt;
}

Observation BootSession::run(const Scenario& scenario) {
  const auto& implementation = scenario.targets.at(target_.kind);
  const auto* screen = screen_part(scenario, target_);
  ScenarioRunner runner(scenario, implementation,
                        AgentCall(machine_->channel(), driver_.boot().agent_command()), *machine_, *reader_,
                        resources_, known_target(), screen);
  Observation observation;
  try {
    observation = runner.run();
    // A time-out is the scenario's when the guest still answers; else it is the guest's.
    if (observation.outcome == Outcome::timed_out && is_gone()) {
      observation.outcome = Outcome::guest_crashed;
      observation.cause = "guest-silent";
      observation.message += "; the guest no longer answers";
    }
  } catch (const Error& e) {
    observation = observed(e);
    observation.evidence = runner.evidence();
  }
  // A session that was opened or closed at the screen is another one than the next scenario expects.
  usable_ = runner.finished() && !screen && leaves_guest_unchanged(scenario);
  if (!runner.finished()) {
    boot_.trouble = scenario.id + ": " + observation.message;
    observation.evidence.push_back(stored("console.log", console_->text()));
  }
  return observation;
}

verify::KnownTarget BootSession::known_target() const {
  const auto& card = context_.plan.card(context_.plan.reader(context_.group.reader).card);
  return {{card.solution, target_.smart_card_plug_and_play}, driver_.lacks_tls13()};
}

bool BootSession::is_gone() {
  try {
    return !machine_->channel().ping(kPingLimit);
  } catch (const Error& e) {
    if (e.kind() != ErrorKind::guest) throw;
    return machine_->state() != vm::MachineState::running;  // a lost channel says nothing of the guest
  }
}

Observation BootSession::observed(const Error& error) {
  if (error.kind() == ErrorKind::internal) throw;  // called while it is handled
  if (error.kind() == ErrorKind::guest) return lost_channel(error.what());
  return {Outcome::blocked, "infrastructure", error.what(), {}, {}};
}

Observation BootSession::lost_channel(const std::string& message) {
  cancel_.check();
  const auto state = machine_ ? machine_->state() : vm::MachineState::stopped;
  if (state == vm::MachineState::paused)
    return {Outcome::blocked,
            "machine-paused",
            "the hypervisor paused the machine, as it does when this host's disk is full: " + message,
            {},
            {}};
  if (state != vm::MachineState::running)
    return {Outcome::guest_crashed, "machine-ended", "the machine ended: " + message, {}, {}};
  try {
    if (!machine_->channel().ping(kPingLimit))
      return {Outcome::guest_crashed, "guest-silent", "the guest no longer answers: " + message, {}, {}};
  } catch (const Error& e) {
    // The channel itself is gone (an answer over libvirt's limit closes it); that says nothing of the guest.
    if (e.kind() != ErrorKind::guest) throw;
  }
  return {Outcome::blocked, "guest-channel", message, {}, {}};
}

Boot BootSession::end() {
  phase_("ending");
  if (machine_) machine_->end();
  machine_.reset();
  if (console_) keep("console.log", console_->text());
  boot_.ended = resources_.clock.now();
  return boot_;
}

void BootSession::keep(const std::string& name, const std::string& bytes, const std::string& media_type) {
  boot_.evidence.push_back(stored(name, bytes, media_type));
}

Evidence BootSession::stored(const std::string& name, const std::string& bytes,
                             const std::string& media_type) {
  const auto secrets = reader_ ? reader_->credentials().secrets() : std::vector<Secret>();
  return resources_.evidence.put(name, redact(bytes, secrets), media_type);
}

}  // namespace smx::run
