#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <string>

#include "scenarios/agent/card/authentication_key.h"
#include "scenarios/agent/core/smart_cards.h"

namespace smx::agent {

/// A program that uses the card together with others: a PC/SC context of its own, and a shared connection.
/// What it asks of the card it asks within a transaction; after another program's reset it reconnects. Used
/// by one thread at a time. Throws StepFailure as SmartCards does.
class SharedProgram {
 public:
  SharedProgram(std::unique_ptr<SmartCards> cards, const std::string& reader, CardApplication application);

  ReaderStatus status() { return cards_->status(reader_); }
  Bytes atr();
  /// As the card holds it.
  Bytes read_certificate();
  /// Turns the card's power off and on.
  void power_cycle() { card_->power_cycle(); }
  /// What PC/SC says to the first command after another program's power cycle; the program has reconnected
  /// then. Nothing when the command goes through.
  std::optional<std::string> notice_power_up();

  /// What two programs do at the same time.
  struct Work {
    const Pin& pin;
    const Bytes& certificate;        ///< that the card must still have
    const Bytes& digest;             ///< of 32 bytes, to be signed
    std::atomic<bool>& pin_refused;  ///< set by the one whose VERIFY fails, so that the other does nothing
  };
  /// In one transaction: reads the certificate, presents the PIN, has the card sign, and has it forget the
  /// PIN.
  void read_and_sign(const Work& work);

 private:
  std::unique_ptr<SmartCards> cards_;
  std::string reader_;
  std::unique_ptr<SharedCard> card_;
  std::unique_ptr<AuthenticationKey> key_;
};

}  // namespace smx::agent
