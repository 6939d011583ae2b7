#include "vm/reader/relay_reader.h"

#include <fmt/format.h>

#include "harness/core/error.h"
#include "vm/pcsc/host_readers.h"
#include "vm/reader/relay_session.h"

namespace smx::vm {

/// A reader that one session has, for as long as this lives.
class RelayReaderProvider::Lease {
 public:
  Lease(RelayReaderProvider& provider, std::string reader) : provider_(provider), reader_(std::move(reader)) {
    std::unique_lock lock(provider_.mutex_);
    provider_.returned_.wait(lock, [&] { return !provider_.lent_.contains(reader_); });
    provider_.lent_.insert(reader_);
  }
  ~Lease() {
    const std::lock_guard lock(provider_.mutex_);
    provider_.lent_.erase(reader_);
    provider_.returned_.notify_all();
  }
  Lease(const Lease&) = delete;
  Lease& operator=(const Lease&) = delete;
  const std::string& reader() const { return reader_; }

 private:
  RelayReaderProvider& provider_;
  const std::string reader_;
};

RelayReaderProvider::RelayReaderProvider(std::map<std::string, OwnerSecrets> owners,
                                         std::filesystem::path ledgers, Milliseconds greeting_limit)
    : owners_(std::move(owners)), ledgers_(std::move(ledgers)), greeting_limit_(greeting_limit) {}

OwnerSecrets RelayReaderProvider::owner_of(const Card& card) const {
  const auto found = owners_.find(card.id);
  return found == owners_.end() ? OwnerSecrets{} : found->second;
}

std::unique_ptr<ReaderSession> RelayReaderProvider::open(const Reader& reader, const Card& card,
                                                         const std::filesystem::path& folder) {
  auto lease = std::make_shared<Lease>(*this, choose_host_reader(host_readers(), reader.device).name);
  const auto name = lease->reader();
  return std::make_unique<RelaySession>(std::move(lease), name, card, owner_of(card), ledgers_, folder,
                                        greeting_limit_);
}

std::string RelayReaderProvider::make_up_for_crashes(const Reader& reader, const Card& card) {
  RealCard real(reader.device, ledgers_);
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
