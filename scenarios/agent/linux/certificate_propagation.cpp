#include "scenarios/agent/linux/certificate_propagation.h"

#include <sys/stat.h>

#include <algorithm>
#include <chrono>
#include <thread>

#include "scenarios/agent/linux/child.h"
#include "scenarios/agent/linux/opensc.h"

namespace smx::agent {
namespace {

constexpr const char* kStore = "/home/user/.pki/nssdb";
constexpr const char* kDatabase = "/home/user/.pki/nssdb/cert9.db";
constexpr const char* kCertutil = "/usr/bin/certutil";
constexpr const char* kKeptForPropagation = "certificate-propagation";
/// What the service's names begin with (vm/image/guest/usr/lib/certprop).
constexpr std::string_view kPrefix = "smart card ";

/// Changes with every write into the store; "none" while there is no store.
std::string stamp() {
  struct stat now {};
  if (::stat(kDatabase, &now) != 0) return "none";
  return std::to_string(now.st_mtim.tv_sec) + "." + std::to_string(now.st_mtim.tv_nsec);
}

ChildEnd certutil(ScenarioContext& context, std::vector<std::string> arguments) {
  std::vector<std::string> argv{kCertutil, "-d", std::string("sql:") + kStore};
  argv.insert(argv.end(), arguments.begin(), arguments.end());
  auto end = run_child({std::move(argv), {}, "", context.deadline.remaining()});
  if (end.timed_out) throw StepFailure(CheckOutcome::failed, "no-answer", "certutil did not end in time");
  return end;
}

std::vector<std::string> names_in_store(ScenarioContext& context) {
  if (stamp() == "none") return {};
  const auto end = certutil(context, {"-L"});
  if (!end.ok())
    throw StepFailure(CheckOutcome::blocked, "system-trouble", "the user's store: " + last_line(end.err));
  return propagated_names(end.out);
}

/// Takes them out again; whether none is left.
bool clean(ScenarioContext& context, const std::vector<std::string>& names) {
  for (const auto& name : names) certutil(context, {"-D", "-n", name});
  return names.empty() || names_in_store(context).empty();
}

/// Until the smart card service has seen that the reader is empty: an insertion that comes before is none to
/// it, for it would find a card where it left one.
void wait_for_removal(ScenarioContext& context) {
  const auto cards = context.platform.smart_cards(context.deadline);
  const auto readers = cards->readers();
  if (readers.empty())
    throw StepFailure(CheckOutcome::failed, "no-reader", "the smart card service has no reader");
  auto status = cards->status(readers.front());
  while (status.card && !context.deadline.over())
    status = cards->wait_for_change(readers.front(), status, context.deadline.remaining());
  if (status.card)
    throw StepFailure(CheckOutcome::failed, "no-event",
                      "the card was removed, but the smart card service still has it");
}

void removed(ScenarioContext& context) {
  wait_for_removal(context);
  if (!clean(context, names_in_store(context))) {
    context.checks.blocked("store-without-certificate", "system-trouble",
                           "the user's store cannot be freed of what an earlier insertion left");
    return;
  }
  context.checks.passed("store-without-certificate", "the user's store has no certificate of a card");
  context.platform.keep(kKeptForPropagation, stamp());
}

void wait_a_little(const Deadline& deadline) {
  std::this_thread::sleep_for(deadline.remaining(Deadline::Duration{50}));
}

/// Waits until a write into the store has brought `name`. Without asking certutil in between, which would
/// take the one processor from the service.
bool wait_for_certificate(ScenarioContext& context, const std::string& name, std::string before) {
  while (!context.deadline.over()) {
    const auto now = stamp();
    if (now == before) {
      wait_a_little(context.deadline);
      continue;
    }
    before = now;
    const auto names = names_in_store(context);
    if (std::find(names.begin(), names.end(), name) != names.end()) return true;
  }
  return false;
}

/// The service has this folder while it is at work.
void wait_for_service(const Deadline& deadline) {
  struct stat now {};
  while (::stat("/run/certprop", &now) == 0 && !deadline.over()) wait_a_little(deadline);
}

void inserted(ScenarioContext& context) {
  const auto before = context.platform.take(kKeptForPropagation);
  if (before.empty())
    throw StepFailure(CheckOutcome::blocked, "earlier-check",
                      "the phase before this one left no state of the store");
  const auto name = std::string(kPrefix) + authentication_id(context.request.application);
  if (!wait_for_certificate(context, name, before)) {
    context.checks.failed("certificate-in-store", "not-propagated",
                          "the card was inserted, but the user's store has no certificate of it");
    return;
  }
  const auto end = certutil(context, {"-L", "-n", name, "-a"});
  context.details.set({"certificate_pem"}, end.out);
  if (end.ok() && !end.out.empty())
    context.checks.passed("certificate-in-store", "the user's store has \"" + name + "\"");
  else
    context.checks.failed("certificate-in-store", "no-certificate",
                          "the store names \"" + name + "\", but gives none: " + last_line(end.err));
  wait_for_service(context.deadline);
  clean(context, names_in_store(context));
}

void run_certificate_propagation(ScenarioContext& context) {
  context.platform.require(SystemService::certificate_propagation, context.deadline);
  if (context.request.phase == "removed") return removed(context);
  inserted(context);
}

}  // namespace

// Certificate Nickname                                         Trust Attributes
//                                                              SSL,S/MIME,JAR/XPI
//
// smart card 01                                                ,,
std::vector<std::string> propagated_names(std::string_view table) {
  std::vector<std::string> names;
  while (!table.empty()) {
    auto line = table.substr(0, table.find('\n'));
    table.remove_prefix(std::min(table.size(), line.size() + 1));
    if (!line.starts_with(kPrefix)) continue;
    while (!line.empty() && line.back() == ' ') line.remove_suffix(1);
    line = line.substr(0, line.rfind(' '));  // the trust attributes, which hold no space
    while (!line.empty() && line.back() == ' ') line.remove_suffix(1);
    names.emplace_back(line);
  }
  return names;
}

/// Row 10: the service `certprop` puts a card's certificates into the user's store when the card is inserted,
/// without any user action. Two phases, with the controller's insertion in between: `removed` shows that the
/// store has none of the card's certificates (what an earlier insertion left is taken out), `inserted` waits
/// for one and reports it as the store has it: detail `certificate_pem`.
AgentScenario certificate_propagation() {
  return {"certificate-propagation",
          {{"removed", {"store-without-certificate"}}, {"inserted", {"certificate-in-store"}}},
          run_certificate_propagation};
}

}  // namespace smx::agent
