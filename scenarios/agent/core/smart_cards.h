#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "scenarios/agent/core/bytes.h"
#include "scenarios/agent/core/deadline.h"

namespace smx::agent {

/// One command to a card, one response. The narrow waist between a card client and the way to the card.
class Transmitter {
 public:
  virtual ~Transmitter() = default;
  /// A short APDU in (at most 261 bytes), response data with SW1 SW2 out (2 to 258 bytes).
  /// Blocks. Throws StepFailure when the card or the reader is gone.
  virtual Bytes transmit(const Bytes& command) = 0;
};

/// A connection to the card in one reader, held exclusively until it is destroyed; the card is reset then, so
/// no verified PIN outlives it.
class CardConnection : public Transmitter {
 public:
  /// The answer to reset, as the service knows it.
  virtual Bytes atr() = 0;
  /// The answer to CM_IOCTL_GET_FEATURE_REQUEST (PC/SC part 10); empty when the reader knows no such
  /// question.
  virtual Bytes features() = 0;
  /// SCardControl. Gives what the reader answers, at most 1024 bytes; throws StepFailure when it refuses the
  /// code.
  virtual Bytes control(std::uint32_t code, const Bytes& input) = 0;
  /// Resets the card: every verified PIN is forgotten.
  virtual void reset() = 0;
};

/// A connection to the card in one reader that other programs have at the same time. The card is reset when
/// it is destroyed. When another program has reset or powered the card, everything but `reconnect` throws
/// StepFailure with cause `card-reset` (some services: `card-mute`) until `reconnect`.
class SharedCard : public Transmitter {
 public:
  virtual Bytes atr() = 0;
  /// Begins a transaction: until `end` no other program reaches the card. Blocks while another has one.
  virtual void begin() = 0;
  virtual void end() noexcept = 0;
  /// Turns the card's power off and on (cold reset). The other programs are told.
  virtual void power_cycle() = 0;
  /// Takes note of another program's reset; the card stays as it is.
  virtual void reconnect() = 0;
};

struct ReaderStatus {
  bool known = false;  ///< the service knows this reader
  bool card = false;   ///< a card is in it
  bool mute = false;   ///< ... which does not answer
  /// the service's counter of insertions and removals (upper word of dwEventState)
  std::uint32_t events = 0;
  Bytes atr;  ///< of the card, if any
};

/// The system's smart card service (PC/SC). Everything blocks at most as long as is said; failures are
/// StepFailure.
class SmartCards {
 public:
  virtual ~SmartCards() = default;
  /// Readers the service knows, at most 64; empty when there is none.
  virtual std::vector<std::string> readers() = 0;
  /// What the reader looks like now; does not wait.
  virtual ReaderStatus status(const std::string& reader) = 0;
  /// Waits until the reader differs from `before`, its event counter included: an event that has already
  /// happened counts. Gives `before` back when the time is over.
  virtual ReaderStatus wait_for_change(const std::string& reader, const ReaderStatus& before,
                                       Deadline::Duration limit) = 0;
  /// Cause `no-card` when the reader is empty, `card-mute` when the card does not answer.
  virtual std::unique_ptr<CardConnection> connect(const std::string& reader) = 0;
  /// Not alone. Throws as `connect`.
  virtual std::unique_ptr<SharedCard> connect_shared(const std::string& reader) = 0;
};

/// Waits for the first reader, since a service that has just started may not have found it yet.
/// Throws StepFailure(failed, "no-reader").
std::string first_reader(SmartCards& cards, const Deadline& deadline);

/// Waits from `status` on until a card is in the reader (or, with `card` false, none is) or the time is over.
/// Gives the last status.
ReaderStatus wait_for_card(SmartCards& cards, const std::string& reader, ReaderStatus status, bool card,
                           const Deadline& deadline);

}  // namespace smx::agent
