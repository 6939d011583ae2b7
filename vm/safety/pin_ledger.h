#pragma once

#include <filesystem>
#include <memory>

#include "harness/core/files.h"
#include "harness/core/secret.h"
#include "vm/safety/pin_history.h"

// The journal of what the harness does to the PIN of a real card. Every step is on the disk before the card
// hears of it, so whatever dies in between, the original PIN and the ledger lead back to the card's PIN. No
// PIN is in it. docs/real-cards.md has the format.

namespace smx::vm {

/// Where a ledger's lines are kept.
class LedgerStore {
 public:
  virtual ~LedgerStore() = default;
  virtual std::string load() = 0;
  /// Durable when it returns; whole, in part or not at all when the machine dies meanwhile. When it throws
  /// Error(environment), nothing was appended.
  virtual void append(std::string_view line) = 0;
  /// All new or all old, whatever happens meanwhile.
  virtual void replace(std::string_view all) = 0;
};

/// A file `folder`/`id`.ledger (0600), held by this process until destruction.
class FileLedgerStore : public LedgerStore {
 public:
  /// Throws Error(environment): another run or command holds it, or it cannot be made.
  FileLedgerStore(const std::filesystem::path& folder, const std::string& id);
  std::string load() override;
  void append(std::string_view line) override;
  void replace(std::string_view all) override;

 private:
  std::filesystem::path file_;
  std::unique_ptr<FileLock> lock_;
};

/// A card's ledger. Not thread-safe.
class PinLedger {
 public:
  /// Reads what is there: a last line that was not written to its end is dropped (nothing was done after it).
  /// Throws Error(environment) for an earlier line that is not valid, and for the ledger of another card.
  PinLedger(std::unique_ptr<LedgerStore> store, const std::string& card_id);

  const PinHistory& history() const { return history_; }
  /// Durable when it returns. Throws Error(environment); then it did not happen.
  void note(const LedgerRecord& record);
  /// Everything is settled: the ledger begins anew, with the newest PIN of the controller's own.
  void compact();

  /// A new PIN of the controller's own.
  PinNumber new_pin();
  /// The digits of a PIN, from the original's. Throws Error(internal) for a number that is in no record.
  Secret value(PinNumber pin, const Secret& original) const;

 private:
  std::unique_ptr<LedgerStore> store_;
  std::string card_id_;
  PinHistory history_;
};

/// As many decimal digits as `original` has, from it and the salt (HMAC-SHA-256); never the original itself.
Secret derive_pin(const Secret& original, ByteView salt);

/// One line, with its check and newline.
std::string ledger_line(const LedgerRecord& record);
/// Nothing for anything that is not a whole line of a ledger. Without the newline.
std::optional<LedgerRecord> parse_ledger_line(std::string_view line);

}  // namespace smx::vm
