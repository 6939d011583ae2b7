#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "harness/core/time_types.h"
#include "vm/reader/reader_lease.h"
#include "vm/reader/reader_session.h"
#include "vm/reader/real_card.h"

namespace smx::vm {

/// Readers of kind `pcsc-relay`: the card in a reader of this host, relayed into QEMU's reader.
///
///   guest -- QEMU's reader -- VscServer -- GuardedCard -- RelayedCard -- HostCard -- pcscd -- the card
///
/// One session has the card at a time; the next one waits for it. When a session ends, the card has its
/// original PIN, was reset, and may be used by every program.
class RelayReaderProvider : public ReaderProvider {
 public:
  /// `gate` leases the run's readers; it outlives this and its sessions. `owners`: by the card's id in the
  /// matrix. `ledgers`: the folder of the cards' ledgers.
  RelayReaderProvider(ReaderGate& gate, std::map<std::string, CardSecrets> owners,
                      std::filesystem::path ledgers = ledgers_folder(),
                      Milliseconds greeting_limit = Milliseconds(5000));

  /// Waits for another session of this run with the same reader. Throws Error(environment): no pcscd, no such
  /// reader, another run or program has it, no card or no PIV card, no certificate; Cancelled.
  std::unique_ptr<ReaderSession> open(const Reader& reader, const Card& card,
                                      const std::filesystem::path& folder) override;

  /// Before anything boots: makes up for a run that died while the card had another PIN. Returns what was
  /// done, or why it could not be, for a person; "" when there was nothing to do. Throws as `open` does.
  std::string restore_cards(const Reader& reader, const Card& card);

 private:
  CardSecrets owner_of(const Card& card) const;

  ReaderGate& gate_;
  const std::map<std::string, CardSecrets> owners_;
  const std::filesystem::path ledgers_;
  const Milliseconds greeting_limit_;
};

}  // namespace smx::vm
