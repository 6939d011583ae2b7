#include "vm/reader/relay_reader.h"

#include <fmt/format.h>

#include "harness/core/error.h"
#include "vm/pcsc/host_readers.h"
#include "vm/reader/relay_session.h"

namespace smx::vm {

namespace {

std::string identity_of(const std::string& reader) {
  return "pcsc " + reader;
}

}  // namespace

RelayReaderProvider::RelayReaderProvider(ReaderGate& gate, std::map<std::string, CardSecrets> owners,
                                         std::filesystem::path ledgers, Milliseconds greeting_limit)
    : gate_(gate),
      owners_(std::move(owners)),
      ledgers_(std::move(ledgers)),
      greeting_limit_(greeting_limit) {}

CardSecrets RelayReaderProvider::owner_of(const Card& card) const {
  const auto found = owners_.find(card.id);
  return found == owners_.end() ? CardSecrets{} : found->second;
}

std::unique_ptr<ReaderSession> RelayReaderProvider::open(const Reader& reader, const Card& card,
                                                         const std::filesystem::path& folder) {
  const auto name = choose_host_reader(host_readers(), reader.device).name;
  std::shared_ptr<const void> pass = gate_.enter(identity_of(name));
  return std::make_unique<RelaySession>(std::move(pass), name, card, owner_of(card), ledgers_, folder,
                                        greeting_limit_);
}

std::string RelayReaderProvider::restore_cards(const Reader& reader, const Card& card) {
  const auto name = choose_host_reader(host_readers(), reader.device).name;
  const auto pass = gate_.enter(identity_of(name));
  RealCard real(name, ledgers_);
  if (real.ledger.history().clean()) return {};
  const auto restored = restore_pin(real.relay, real.ledger, owner_of(card));
  if (!restored.ok)
    return fmt::format("card \"{}\" in reader \"{}\" is not as it was: {}", card.id, real.reader,
                       restored.message);
  return restored.changed ? fmt::format(
                                "gave card \"{}\" in reader \"{}\" its original PIN back, which a "
                                "dead run had changed",
                                card.id, real.reader)
                          : std::string{};
}

}  // namespace smx::vm
