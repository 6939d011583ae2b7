#include "vm/reader/real_card.h"

#include <fmt/format.h>

#include "harness/core/error.h"
#include "harness/core/files.h"
#include "vm/card/memory/card_data.h"
#include "vm/card/piv/piv_objects.h"
#include "vm/lab/x509_text.h"
#include "vm/pcsc/host_readers.h"

namespace smx::vm {
namespace {

/// As many hex digits of SHA-256 as a file name needs.
constexpr std::size_t kIdLength = 32;

std::string pem_or_nothing(ByteView certificate_object) {
  const auto der = piv::certificate_in(certificate_object);
  if (!der) return {};
  try {
    describe_certificate(*der);  // what a card holds there need not be a certificate
    return pem_of_certificate(*der);
  } catch (const Error&) {
    return {};
  }
}

/// A card's ledger, without its reader's troubles in between: every error names the reader.
PinLedger open_ledger(const std::filesystem::path& folder, const std::string& id) {
  return PinLedger(std::make_unique<FileLedgerStore>(folder, id), id);
}

}  // namespace

CardIdentity identify(CardDevice& card, ByteView atr) {
  if (!PivPin(card).start_afresh())
    throw Error(ErrorKind::environment,
                "the card has no PIV application, which is the only one that real cards are used with");
  const auto chuid = read_object(card, kObjectChuid);
  const auto certificate = read_object(card, kObjectAuthenticationCertificate);
  if (!chuid && !certificate)
    throw Error(ErrorKind::environment,
                "the card has neither CHUID nor 9A certificate, so no ledger can be kept that is surely this "
                "card's; use a card that its issuer has personalized");
  Bytes all(atr.begin(), atr.end());
  append(all, chuid ? *chuid : *certificate);
  return {sha256_hex(as_text(all)).substr(0, kIdLength), certificate ? pem_or_nothing(*certificate) : ""};
}

RealCard::RealCard(const std::string& device, const std::filesystem::path& ledgers,
                   std::function<void()> on_gone)
    : reader(choose_host_reader(host_readers(), device).name),
      host(reader, std::move(on_gone)),
      relay(host),
      identity(identify(relay, relay.real_atr())),
      ledger(open_ledger(ledgers, identity.id)) {}

std::filesystem::path ledgers_folder() {
  return state_home() / "cards";
}

Restored recover_card(const std::string& device, const CardSecrets& owner, RestoreOptions options,
                      const std::filesystem::path& ledgers) {
  RealCard card(device, ledgers);
  const auto left = PivPin(card.relay).tries_left().value_or(0);
  if (card.ledger.history().lost() || !card.ledger.history().next_candidate(left))
    card.ledger.note({.kind = LedgerRecord::Kind::anew});
  auto restored = restore_pin(card.relay, card.ledger, owner, options);
  if (const auto trouble = card.host.trouble(); !restored.ok && !trouble.empty()) restored.message = trouble;
  return restored;
}

}  // namespace smx::vm
