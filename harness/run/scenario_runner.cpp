#include "harness/run/scenario_runner.h"

#include <fmt/format.h>

#include <algorithm>

#include "harness/core/all_passed.h"
#include "harness/core/error.h"
#include "harness/core/keyboard.h"
#include "harness/run/card_safety.h"
#include "scenarios/verify/verify.h"

namespace smx::run {
namespace {

using nlohmann::json;
using std::chrono::steady_clock;

/// Kerberos' own limit is 300 s; a guest that is off by less than that is on its way there.
constexpr Milliseconds kMostSkew{30000};
constexpr const char* kTlsServer = "tls-server";

bool wants(const std::vector<std::string>& list, std::string_view word) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

}  // namespace

ScenarioRunner::ScenarioRunner(const Scenario& scenario, const ScenarioOnTarget& implementation,
                               AgentCall agent, vm::Machine& machine, vm::ReaderSession& reader,
                               const Resources& resources, verify::KnownTarget target,
                               const ScreenPart* screen)
    : scenario_(scenario),
      implementation_(implementation),
      agent_(std::move(agent)),
      machine_(machine),
      reader_(reader),
      resources_(resources),
      target_(target),
      screen_(screen),
      checks_(scenario.checks),
      began_(resources.clock.now()),
      deadline_(steady_clock::now() + scenario.time_limit),
      nonce_(new_nonce()) {
  if (!screen_) return;
  deadline_ += screen_->time_limit;
  // Before the others, whose last one is the scenario's point.
  checks_.insert(checks_.begin(), screen_->checks.begin(), screen_->checks.end());
}

Observation ScenarioRunner::run() {
  reader_.take_trace();  // of what came before this attempt
  if (auto* card = reader_.physical()) card->take_refusals();
  if (clock_is_off()) return std::move(observation_);
  const auto left = std::chrono::ceil<Milliseconds>(deadline_ - steady_clock::now());
  auto safety = check_card_safety(scenario_, reader_, agent_, nonce_, left, [this](const vm::GuestResult& r) {
    keep("card-tries.json", r.out, r.out_truncated, "application/json");
  });
  if (safety.refusal) {
    conclude(std::move(*safety.refusal));
    const bool gone = reader_is_gone();
    keep("apdu-trace.txt", reader_.take_trace());
    finished_ = safety.guest_is_well && !gone;
    return std::move(observation_);
  }
  const auto& certificate = reader_.credentials().certificate_pem;
  if (reader_.physical() != nullptr && !certificate.empty() && wants(scenario_.needs, kTlsServer))
    resources_.services.accept_client(certificate);
  const auto before = reader_.state();
  const auto end = run_steps();
  if (end == StepEnd::done) verify(before);
  const bool gone = reader_is_gone();
  reader_.restore();
  if (network_cut_) set_network(true);
  keep("apdu-trace.txt", reader_.take_trace());
  apply_refusals();
  finished_ = end != StepEnd::no_result && !gone;
  return std::move(observation_);
}

bool ScenarioRunner::clock_is_off() {
  if (scenario_.needs.empty()) return false;
  const auto before = resources_.clock.now();
  const auto guest = machine_.channel().clock();
  const auto after = resources_.clock.now();
  // Somewhere between the two the guest looked at its clock.
  const auto skew = guest < before ? before - guest : guest > after ? guest - after : Milliseconds(0);
  if (skew <= kMostSkew) return false;
  conclude({Outcome::blocked,
            "clock",
            fmt::format("the guest's clock is {} s {} this host's; set it, or the image's time zone",
                        std::chrono::round<std::chrono::seconds>(skew).count(),
                        guest < before ? "behind" : "ahead of"),
            {},
            {}});
  finished_ = true;
  return true;
}

void ScenarioRunner::set_network(bool connected) {
  machine_.set_network(connected);
  network_cut_ = !connected;
}

void ScenarioRunner::apply_refusals() {
  auto* card = reader_.physical();
  if (card == nullptr) return;
  auto why = card->take_refusals();
  if (!why.empty())
    why = "the guest was kept from the card: " + why;
  else if (wants(scenario_.credentials, "pin"))
    why = card->pin_refusal();  // a card that could not be put back is told of with what left it so
  if (why.empty()) return;
  observation_.outcome = Outcome::blocked;
  observation_.cause = "card-safety";
  observation_.message = why;
}

ScenarioRunner::StepEnd ScenarioRunner::run_steps() {
  for (const auto& s : scenario_.steps)
    if (const auto end = step(s); end != StepEnd::done) return end;
  return screen_ ? use_screen() : StepEnd::done;
}

ScenarioRunner::StepEnd ScenarioRunner::step(const ScenarioStep& step) {
  using Kind = ScenarioStep::Kind;
  const auto* card = reader_.physical();
  if ((step.kind == Kind::insert_card || step.kind == Kind::remove_card) && card && !card->moves())
    return block_remaining("needs-a-hand", "the controller cannot move the card in a reader of this kind");
  if (step.kind == Kind::card_fault && card)
    return block_remaining("no-fault-for-real-cards",
                           "the card in this reader is a real one, which is never broken");
  switch (step.kind) {
    case Kind::insert_card: reader_.insert_card(); break;
    case Kind::remove_card: reader_.remove_card(); break;
    case Kind::card_fault: reader_.set_fault(step.what); break;
    case Kind::cut_network: set_network(false); break;
    case Kind::restore_network: set_network(true); break;
    case Kind::press: machine_.press({chord(step.what)}); break;
    case Kind::type: type(step.what); break;
    case Kind::picture: take_picture(step.what); break;
    case Kind::agent: return call_agent(step.what);
  }
  return StepEnd::done;
}

ScenarioRunner::StepEnd ScenarioRunner::use_screen() {
  // A PIN that the interfaces found wrong is not typed a second time.
  if (std::any_of(observation_.checks.begin(), observation_.checks.end(), [](const Check& c) {
        return c.outcome == Outcome::failed || c.outcome == Outcome::blocked;
      })) {
    for (const auto& id : screen_->checks)
      observation_.checks.push_back({id, Outcome::blocked, "earlier-check",
                                     "not tried at the screen, as the interfaces did not pass",
                                     "controller"});
    return StepEnd::done;
  }
  auto end = StepEnd::done;
  for (const auto& s : screen_->steps) {
    if (end != StepEnd::done || screen_check_stands()) break;
    end = step(s);
  }
  // Keys that went astray may have left a secret in a field that shows it.
  if (!all_passed(observation_.checks, screen_->checks)) machine_.press({chord("escape")});
  if (machine_.state() == vm::MachineState::running) take_picture("screen-at-the-end");
  return end;
}

bool ScenarioRunner::screen_check_stands() const {
  return std::any_of(observation_.checks.begin(), observation_.checks.end(),
                     [this](const Check& c) { return wants(screen_->checks, c.id); });
}

void ScenarioRunner::type(const std::string& credential) {
  if (credential != "pin")
    throw Error(ErrorKind::internal, "the credential \"" + credential + "\" cannot be typed");
  machine_.press(typed(reader_.credentials().pin.reveal()));
}

// A picture is evidence for people; that there is none decides nothing.
void ScenarioRunner::take_picture(const std::string& name) try {
  observation_.evidence.push_back(
      resources_.evidence.put(name + ".png", machine_.screenshot(), "image/png", vm::kMostPictureBytes));
} catch (const Error& e) {
  if (e.kind() != ErrorKind::environment) throw;
  keep(name + "-trouble.txt", std::string(e.what()) + "\n");
}

bool ScenarioRunner::reader_is_gone() {
  auto* card = reader_.physical();
  const auto trouble = card != nullptr ? card->reader_trouble() : std::string();
  if (!trouble.empty()) conclude({Outcome::blocked, "reader-gone", trouble, {}, {}});
  return !trouble.empty();
}

void ScenarioRunner::conclude(Observation end) {
  end.evidence = std::move(observation_.evidence);
  observation_ = std::move(end);
}

ScenarioRunner::StepEnd ScenarioRunner::block_remaining(const char* cause, const std::string& why) {
  auto checks = observation_.checks;
  for (const auto& id : checks_)
    if (std::none_of(checks.begin(), checks.end(), [&](const Check& c) { return c.id == id; }))
      checks.push_back({id, Outcome::blocked, cause, why, "controller"});
  conclude(verify::fold(checks, checks_));
  return StepEnd::impossible;
}

ScenarioRunner::StepEnd ScenarioRunner::call_agent(const std::string& phase) {
  const auto left = std::chrono::ceil<Milliseconds>(deadline_ - steady_clock::now());
  auto answer =
      agent_.run(implementation_.agent, phase, nonce_, agent_input(), std::max(left, Milliseconds(1)));
  keep(fmt::format("agent-{}.json", phase), answer.raw.out, answer.raw.out_truncated, "application/json");
  keep(fmt::format("agent-{}-stderr.txt", phase), answer.raw.err, answer.raw.err_truncated);
  if (answer.trouble) {
    conclude(std::move(*answer.trouble));
    observation_.message =
        fmt::format("{}{}", scenario_.steps.size() > 1 || screen_ ? phase + ": " : "", observation_.message);
    return StepEnd::no_result;
  }
  for (auto& check : answer.checks) {
    check.message = redact(std::move(check.message), reader_.credentials().secrets());
    observation_.checks.push_back(std::move(check));
  }
  details_[phase] = std::move(answer.details);
  return StepEnd::done;
}

json ScenarioRunner::agent_input() const {
  const auto& card = reader_.credentials();
  json input = {{"card",
                 {{"application", name(card.application)},
                  {"certificate_pem", card.certificate_pem},
                  {"atr", card.atr_hex},
                  {"may_block", card.may_block}}}};
  const auto give = [&](const char* word, const Secret& secret) {
    if (!secret.empty()) input["credentials"][word] = secret.reveal();
  };
  if (wants(scenario_.credentials, "pin")) give("pin", card.pin);
  if (wants(scenario_.credentials, "puk")) {
    give("puk", card.puk);
    give("admin_key", card.admin_key);  // what unblocks a GIDS card
    give("new_pin", card.new_pin);
  }
  if (wants(scenario_.credentials, "management-key")) give("management_key", card.management_key);
  for (const auto& need : scenario_.needs)
    if (!is_of_the_lab(need)) input["services"][need] = resources_.services.parameters(need);
  if (scenario_.needs_lab()) input["lab"] = resources_.services.lab();
  return input;
}

void ScenarioRunner::verify(const vm::CardState& before) {
  std::vector<Check> not_applicable;
  for (const auto& check : observation_.checks)
    if (check.outcome == Outcome::not_applicable) not_applicable.push_back(check);
  const verify::VerifyContext context{
      nonce_,
      reader_.credentials(),
      before,
      reader_.state(),
      [this](const std::string& path) { return resources_.services.tls_log(path); },
      std::move(not_applicable),
      began_,
      scenario_.needs_lab() ? std::optional(resources_.services.lab_witness()) : std::nullopt,
      target_.lacks_tls13};
  for (const auto& verifier : scenario_.verify) {
    const auto checks = verify::verify(verifier, details_, context);
    observation_.checks.insert(observation_.checks.end(), checks.begin(), checks.end());
  }
  verify::excuse_plug_and_play(observation_.checks, scenario_.plug_and_play_checks, target_.plug_and_play);
  conclude(verify::fold(observation_.checks, checks_));
}

void ScenarioRunner::keep(const std::string& name, const std::string& bytes, bool truncated,
                          const std::string& media_type) {
  if (bytes.empty()) return;
  // An agent never writes a secret; a broken or hostile one may.
  observation_.evidence.push_back(resources_.evidence.put(
      name, redact(bytes, reader_.credentials().secrets()), media_type, 1u << 20, truncated));
}

}  // namespace smx::run
