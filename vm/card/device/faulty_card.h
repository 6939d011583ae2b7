#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>

#include "harness/core/card_fault.h"
#include "vm/card/device/card_device.h"

namespace smx::vm {

/// A card that misbehaves as it is told, in front of one that behaves. Without a fault it changes nothing.
///
/// What no card can do by itself is done by its reader: `leave` is called, from the thread that transmits,
/// when the card, or the reader with it, is to go in the middle of a command.
class FaultyCard : public CardDevice {
 public:
  /// `card` outlives this.
  explicit FaultyCard(CardDevice& card) : card_(card) {}

  /// From the next command on; nothing: the card behaves again, and what hangs is let go. Faults of the
  /// certificate are not this object's, and change nothing here.
  void set(std::optional<CardFault> fault);
  /// Set before the card is served.
  void on_leave(std::function<void()> leave) { leave_ = std::move(leave); }

  Bytes atr() override;
  Bytes transmit(ByteView command) override;
  void reset() override { card_.reset(); }
  void note(const std::string& event) override { card_.note(event); }
  bool enter_reader() override { return card_.enter_reader(); }
  void leave_reader() noexcept override { card_.leave_reader(); }
  void abandon() noexcept override;

 private:
  /// Blocks for the delay, or until the fault is another one; false when the wait was abandoned.
  bool wait_for_delay(std::optional<std::chrono::milliseconds> delay);

  CardDevice& card_;
  std::function<void()> leave_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::optional<CardFault> fault_;
  unsigned generation_ = 0;  ///< counts faults, so that a waiting thread sees that one ended
  bool abandoned_ = false;
};

}  // namespace smx::vm
