#include "scenarios/agent/core/agent_scenario.h"

#include "scenarios/agent/windows/logon/user_session.h"
#include "scenarios/agent/windows/platform/windows_platform.h"
#include "scenarios/agent/windows/smartcard/certificates.h"
#include "scenarios/agent/windows/win32/handle.h"
#include "scenarios/agent/windows/win32/system_error.h"
#include "scenarios/agent/windows/win32/text.h"

namespace smx::agent {
namespace {

constexpr const char* kKeptForPropagation = "certificate-propagation";
constexpr const char* kPersonalCertificate = "personal-certificate";
constexpr Deadline::Duration kPropagationLimit{60000};

// ---- the service's half, session 0 -------------------------------------------------------------

void run_certificate_propagation(ScenarioContext& context) {
  require_administrator();
  context.platform.require(SystemService::certificate_propagation, context.deadline);
  const auto& phase = context.request.phase;
  run_in_session(context, kPersonalCertificate, phase);
  const auto& values = context.details.values();
  const auto was_there = values.find("was_there");
  if (phase == "removed") {
    const bool there = was_there != values.end() && std::get<bool>(was_there->second);
    return context.platform.keep(kKeptForPropagation, there ? "there" : "absent");
  }
  // As the store was found: where the certificate was not, it is taken out again.
  if (context.platform.take(kKeptForPropagation) == "absent")
    run_in_session(context, kPersonalCertificate, "clean");
}

// ---- the user's half ---------------------------------------------------------------------------

Bytes wanted_certificate(const ScenarioContext& context) {
  auto der = der_of_pem(context.request.certificate_pem);
  if (der.empty())
    throw StepFailure(CheckOutcome::blocked, "bad-credentials",
                      "the controller named no certificate of the card");
  return der;
}

/// Whether the store had it.
bool take_out(const Bytes& der) {
  const auto store = personal_store();
  auto found = store.find(der);
  if (!found) return false;
  if (CertDeleteCertificateFromStore(found.release()) == 0)  // which frees it in every case
    throw_trouble("taking the card's certificate out of the Personal store", GetLastError());
  return true;
}

void wait_for_removal(ScenarioContext& context) {
  const auto cards = context.platform.smart_cards(context.deadline);
  const auto reader = first_reader(*cards, context.deadline);
  auto status = cards->status(reader);
  while (status.card && !context.deadline.over())
    status = cards->wait_for_change(reader, status, context.deadline.remaining());
  if (status.card)
    throw StepFailure(CheckOutcome::failed, "no-event",
                      "the card was removed, but the smart card service still has it");
}

void removed(ScenarioContext& context) {
  wait_for_removal(context);
  const auto der = wanted_certificate(context);
  context.details.set({"was_there"}, take_out(der));
  if (personal_store().find(der))
    context.checks.blocked("store-without-certificate", "system-trouble",
                           "the Personal store still has the card's certificate");
  else
    context.checks.passed("store-without-certificate",
                          "the Personal store does not have the card's certificate");
}

/// Where the certificate's key is, as the store has it; empty when it does not say.
std::string key_reference(const CERT_CONTEXT& certificate) {
  std::vector<std::uint64_t> buffer(1024);
  DWORD size = static_cast<DWORD>(buffer.size() * sizeof(std::uint64_t));
  if (CertGetCertificateContextProperty(&certificate, CERT_KEY_PROV_INFO_PROP_ID, buffer.data(), &size) == 0)
    return {};
  const auto& info = *reinterpret_cast<const CRYPT_KEY_PROV_INFO*>(buffer.data());
  if (info.pwszProvName == nullptr || info.pwszContainerName == nullptr) return {};
  return narrow(info.pwszProvName) + ": " + narrow(info.pwszContainerName);
}

/// Null when it did not come in time. The store tells of each change by an event.
Certificate wait_for_certificate(const CertificateStore& store, const Bytes& der, const Deadline& deadline) {
  const Handle changed(CreateEventW(nullptr, FALSE, FALSE, nullptr));
  HANDLE event = changed.get();
  if (CertControlStore(store.get(), 0, CERT_STORE_CTRL_NOTIFY_CHANGE, &event) == 0)
    throw_trouble("asking the Personal store to tell of changes", GetLastError());
  for (;;) {
    auto found = store.find(der);
    if (found || deadline.over()) return found;
    WaitForSingleObject(changed.get(), static_cast<DWORD>(deadline.remaining().count()));
    CertControlStore(store.get(), 0, CERT_STORE_CTRL_RESYNC, &event);
  }
}

void inserted(ScenarioContext& context) {
  const auto store = personal_store();
  const auto found = wait_for_certificate(store, wanted_certificate(context),
                                          Deadline(context.deadline.remaining(kPropagationLimit)));
  constexpr auto kCheck = "certificate-in-store";
  if (!found)
    return context.checks.failed(
        kCheck, "not-propagated",
        "the card was inserted, but the Personal store does not have its certificate");
  context.details.set({"certificate_pem"}, certificate_pem(der_of(*found)));
  const auto reference = key_reference(*found);
  context.details.set({"key"}, reference);
  if (reference.empty())
    context.checks.failed(kCheck, "no-key-reference",
                          "the Personal store has the certificate, but does not say where its key is");
  else
    context.checks.passed(kCheck, "the Personal store has it, with its key: " + reference);
}

void run_personal_certificate(ScenarioContext& context) {
  if (context.request.phase == "removed") return removed(context);
  if (context.request.phase == "inserted") return inserted(context);
  take_out(wanted_certificate(context));
}

}  // namespace

/// Row 10: the service CertPropSvc puts a card's certificates into the Personal store of the user who is
/// logged on at the console, when the card is inserted. Phase `removed` takes the card's certificate out of
/// that store; `inserted` waits for it to come back with a reference to its key, and reports it as the store
/// has it: detail `certificate_pem`. The store is as it was found afterwards.
AgentScenario certificate_propagation() {
  return {"certificate-propagation",
          {{"removed", {"store-without-certificate"}}, {"inserted", {"certificate-in-store"}}},
          run_certificate_propagation};
}

/// The user's half, in their session: phases `removed`, `inserted`, `clean`.
AgentScenario personal_certificate() {
  return {kPersonalCertificate,
          {{"removed", {"store-without-certificate"}}, {"inserted", {"certificate-in-store"}}, {"clean", {}}},
          run_personal_certificate};
}

}  // namespace smx::agent
