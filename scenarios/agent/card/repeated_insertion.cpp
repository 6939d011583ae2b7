#include <atomic>
#include <exception>
#include <functional>
#include <optional>
#include <thread>

#include "scenarios/agent/card/kept_reader.h"
#include "scenarios/agent/card/shared_program.h"
#include "scenarios/agent/core/agent_scenario.h"

namespace smx::agent {
namespace {

constexpr const char* kKeptReader = "repeated-insertion";
constexpr const char* kKeptCertificate = "repeated-insertion-certificate";

/// A phase in which the two programs use the card, and its checks.
struct Use {
  const char* phase;
  const char* connected;
  const char* power_up_noticed;
  const char* both_work;
};
constexpr Use kUses[] = {{"first", "both-connected", "power-up-noticed", "both-work-after-power-up"},
                         {"second", "back-after-first-insertion", "power-up-noticed-after-first-insertion",
                          "both-work-after-first-insertion"},
                         {"third", "back-after-second-insertion", "power-up-noticed-after-second-insertion",
                          "both-work-after-second-insertion"}};

/// A phase in which the reader is empty, and its check.
struct Removal {
  const char* phase;
  const char* seen;
};
constexpr Removal kRemovals[] = {{"first-removed", "first-removal-seen"},
                                 {"second-removed", "second-removal-seen"}};

/// What a phase begins with.
struct Begin {
  std::string reader;
  std::string how;    ///< the card came into the reader
  Bytes certificate;  ///< as the phase before read it; empty in the first
};

Begin begin_first(ScenarioContext& context, SmartCards& cards) {
  const auto reader = first_reader(cards, context.deadline);
  // A service that was just started may still be powering the card.
  const Deadline soon(context.deadline.remaining(Deadline::Duration{5000}));
  wait_for_card(cards, reader, cards.status(reader), true, soon);
  return {reader, reader, {}};
}

/// Nothing when the system did not see the insertion; that is reported then.
std::optional<Begin> begin_again(ScenarioContext& context, SmartCards& cards, const char* check) {
  const auto kept = take_reader(context.platform, kKeptReader);
  const auto certificate = unhex(context.platform.take(kKeptCertificate)).value_or(Bytes{});
  const auto status = wait_for_card(cards, kept.reader, kept.status(false), true, context.deadline);
  if (status.card && status.events != kept.events)
    return Begin{kept.reader, counted(kept.events, status.events), certificate};
  context.checks.failed(check, "no-event", "the card was inserted, but the system did not notice");
  return std::nullopt;
}

/// The certificate that both programs read.
Bytes read_by_both(SharedProgram& one, SharedProgram& two, const Bytes& expected) {
  const auto certificate = one.read_certificate();
  if (!expected.empty() && certificate != expected)
    throw StepFailure(CheckOutcome::failed, "other-certificate",
                      "the card has another certificate than before its removal");
  if (two.read_certificate() != certificate)
    throw StepFailure(CheckOutcome::failed, "other-certificate",
                      "the two programs read different certificates");
  return certificate;
}

std::exception_ptr trouble_of(const std::function<void()>& work) try {
  work();
  return nullptr;
} catch (...) {
  return std::current_exception();
}

/// Both at the same time, each on a thread of its own: a program's transaction is what keeps the other one
/// from the card between VERIFY and the signature.
void work_at_once(SharedProgram& one, SharedProgram& two, const SharedProgram::Work& work) {
  std::exception_ptr first, second;
  std::thread other([&] { second = trouble_of([&] { two.read_and_sign(work); }); });
  first = trouble_of([&] { one.read_and_sign(work); });
  other.join();
  if (first) std::rethrow_exception(first);
  if (second) std::rethrow_exception(second);
}

void use(ScenarioContext& context, const Use& phase) {
  // The first one asks the system for the service where it has to be started.
  auto cards = context.platform.smart_cards(context.deadline);
  auto other_cards = context.platform.smart_cards(context.deadline);
  const auto begin =
      &phase == kUses ? begin_first(context, *cards) : begin_again(context, *cards, phase.connected);
  if (!begin) return;
  context.details.set({"reader"}, begin->reader);

  SharedProgram one(std::move(cards), begin->reader, context.request.application);
  SharedProgram two(std::move(other_cards), begin->reader, context.request.application);
  const auto certificate = read_by_both(one, two, begin->certificate);
  const auto atr = one.atr();
  context.details.set({"atr"}, hex(atr));
  if (!context.request.atr.empty() && atr != context.request.atr)
    return context.checks.failed(phase.connected, "other-card",
                                 "ATR " + hex(atr) + ", expected was " + hex(context.request.atr));
  context.checks.passed(phase.connected, "both programs read the card's certificate, " + begin->how);

  one.power_cycle();
  const auto notice = two.notice_power_up();
  if (!notice)
    return context.checks.failed(
        phase.power_up_noticed, "power-up-not-noticed",
        "one program turned the card's power off and on, and the other one was not told");
  if (one.atr() != atr || two.atr() != atr)
    return context.checks.failed(phase.power_up_noticed, "other-card",
                                 "the card's ATR after the power-up is another one than before");
  context.details.set({"notice"}, *notice);
  context.checks.passed(phase.power_up_noticed, "the other program was told: " + *notice);

  // The nonce has the length of a digest, and is another one in each attempt.
  const auto digest = to_bytes(context.request.nonce);
  std::atomic<bool> pin_refused{false};
  work_at_once(one, two, {context.request.credential("pin"), certificate, digest, pin_refused});
  context.checks.passed(phase.both_work,
                        "both programs read the certificate again and had the card sign once");
  keep_reader(context.platform, kKeptReader, {begin->reader, one.status().events});
  context.platform.keep(kKeptCertificate, hex(certificate));
}

void removed(ScenarioContext& context, const Removal& phase) {
  const auto cards = context.platform.smart_cards(context.deadline);
  const auto kept = take_reader(context.platform, kKeptReader);
  const auto status = wait_for_card(*cards, kept.reader, kept.status(true), false, context.deadline);
  if (status.card || status.events == kept.events)
    return context.checks.failed(phase.seen, "no-event",
                                 "the card was removed, but the system did not notice");
  context.checks.passed(phase.seen, "the reader is empty, " + counted(kept.events, status.events));
  keep_reader(context.platform, kKeptReader, {kept.reader, status.events});
}

void run_repeated_insertion(ScenarioContext& context) {
  for (const auto& phase : kUses)
    if (context.request.phase == phase.phase) return use(context, phase);
  for (const auto& phase : kRemovals)
    if (context.request.phase == phase.phase) return removed(context, phase);
}

}  // namespace

/// Repeated insertion and power-up of the card while two programs use it; no row of the document. The two are
/// PC/SC clients of their own, two contexts on two threads of this process, and share the card.
/// In each of the phases `first`, `second` and `third` both connect and read the card's certificate; one
/// turns the card's power off and on, which the other one must be told; then both at the same time read the
/// certificate again and have the card make one signature, with VERIFY and signature in one transaction.
/// Before `second` and `third` the controller removes the card and inserts it again; the phases
/// `first-removed` and `second-removed` wait until the system has seen the removal, or a quick insertion
/// would hide it. Of a wrong PIN one try is spent: the other program and the phases after it do not present
/// it.
AgentScenario repeated_insertion() {
  AgentScenario scenario{"repeated-insertion", {}, run_repeated_insertion};
  for (const auto& phase : kUses)
    scenario.checks[phase.phase] = {phase.connected, phase.power_up_noticed, phase.both_work};
  for (const auto& phase : kRemovals) scenario.checks[phase.phase] = {phase.seen};
  return scenario;
}

}  // namespace smx::agent
