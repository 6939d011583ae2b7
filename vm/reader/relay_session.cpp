#include "vm/reader/relay_session.h"

#include <fmt/format.h>

#include "harness/core/error.h"
#include "harness/core/files.h"
#include "vm/reader/vsc_attachment.h"

namespace smx::vm {
namespace {

constexpr std::uint64_t kMostCertificateBytes = 64u << 10;

}  // namespace

void RelaySession::Ejector::set(VscServer* server) {
  const std::lock_guard lock(mutex_);
  server_ = server;
  if (gone_ && server_ != nullptr) server_->eject();
}

void RelaySession::Ejector::eject() {
  const std::lock_guard lock(mutex_);
  gone_ = true;
  if (server_ != nullptr) server_->eject();
}

RelaySession::RelaySession(std::shared_ptr<const void> lease, const std::string& reader, const Card& card,
                           const CardSecrets& owner, const std::filesystem::path& ledgers,
                           const std::filesystem::path& folder, Milliseconds greeting_limit)
    : lease_(std::move(lease)),
      owner_(owner),
      greeting_limit_(greeting_limit),
      card_(reader, ledgers, [this] { ejector_.eject(); }) {
  credentials_.atr_hex = hex(card_.relay.atr());
  credentials_.may_block = card.allow_blocking;
  credentials_.certificate_pem = card.certificate.empty()
                                     ? card_.identity.certificate_pem
                                     : read_file(card.certificate, kMostCertificateBytes);
  if (credentials_.certificate_pem.empty())
    throw Error(ErrorKind::environment,
                fmt::format("reader \"{}\": the card's 9A certificate is absent or compressed; name its PEM "
                            "file as \"certificate\" of the card in the matrix",
                            card_.reader));
  guard_ = make_guard(card);
  server_ = std::make_unique<VscServer>(*guard_, folder / "card.sock");
  ejector_.set(server_.get());
}

std::unique_ptr<GuardedCard> RelaySession::make_guard(const Card& card) {
  if (owner_.pin.empty()) {
    unsafe_ = "the matrix names no PIN for this card";
    return std::make_unique<GuardedCard>(card_.relay);
  }
  const auto restored = restore_pin(card_.relay, card_.ledger, owner_);
  if (!restored.ok) {
    unsafe_ = restored.message;
    return std::make_unique<GuardedCard>(card_.relay);
  }
  full_ = restored.full;
  GuardedCard::Rules rules{owner_, {}, card_.ledger.new_pin(), card.allow_blocking, full_};
  rules.new_pin = card_.ledger.value(rules.new_number, owner_.pin);
  credentials_.pin = owner_.pin;
  credentials_.new_pin = rules.new_pin;
  // A guest that may not block the PIN has no use for what unblocks it.
  if (card.allow_blocking) credentials_.puk = owner_.puk;
  return std::make_unique<GuardedCard>(card_.relay, card_.ledger, std::move(rules));
}

RelaySession::~RelaySession() {
  ejector_.set(nullptr);
  try {
    guard_->exclusively([this] { put_back(); });
  } catch (const Error&) {
    // The ledger has what is needed: the next run, or `card recover`, does it.
  }
}

std::vector<Fact> RelaySession::attachment(const std::string& live_domain_xml) {
  return vsc_attachment(*server_, live_domain_xml, greeting_limit_);
}

void RelaySession::set_fault(const std::string& fault) {
  throw Error(
      ErrorKind::environment,
      fmt::format("\"{}\" cannot be done to a real card; only a virtual reader's card has faults", fault));
}

CardState RelaySession::state() {
  CardState state;
  guard_->exclusively([&] {
    PivPin pin(card_.relay);
    if (pin.start_afresh()) state.pin_tries_left = pin.tries_left().value_or(0);
    state.pin_is_initial = unsafe_.empty() && card_.ledger.history().known() == kOriginalPin;
  });
  const auto counters = card_.relay.counters();
  state.pin_tries_max = full_;
  // The PUK must not be changed, and a card does not tell its counter.
  state.puk_is_initial = true;
  state.pin_changes = counters.pin_changes;
  state.pin_blocks = counters.pin_blocks;
  state.signatures = counters.signatures;
  return state;
}

void RelaySession::put_back() {
  if (!unsafe_.empty()) return;
  const auto restored = restore_pin(card_.relay, card_.ledger, owner_);
  if (!restored.ok) unsafe_ = "the card could not be put back: " + restored.message;
  if (restored.changed) guard_->pin_was_changed();
  card_.relay.note(restored.ok ? "guard: the card has its original PIN" : "guard: " + unsafe_);
}

void RelaySession::restore() {
  guard_->exclusively([this] { put_back(); });
  if (card_.host.trouble().empty()) server_->set_inserted(true);
}

std::string RelaySession::pin_refusal() {
  if (const auto trouble = card_.host.trouble(); !trouble.empty()) return trouble;
  std::string why;
  guard_->exclusively([&] {
    why = unsafe_;
    if (!why.empty()) return;
    PivPin pin(card_.relay);
    const auto left = pin.start_afresh() ? pin.tries_left() : std::nullopt;
    if (!left) why = "the card does not tell its retry counter";
    if (left && *left < kLeastTries) why = fmt::format("the card's retry counter is at {}", *left);
  });
  return why;
}

}  // namespace smx::vm
