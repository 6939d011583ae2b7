#pragma once

#include <mutex>

#include "vm/card/device/card_device.h"
#include "vm/card/iso7816/apdu_trace.h"
#include "vm/card/memory/card_memory.h"

namespace smx::vm {

/// A real card, as QEMU's reader can have it.
///
///   guest, T=0 TPDUs --> RelayedCard --> the real card, by the protocol it speaks
///
/// QEMU's reader offers T=0 only. A card whose ATR does not begin with T=0 is shown with one that does, and
/// its commands are made what T=1 wants: a command that brings data back gets the Le that T=0 has no room
/// for, and what the card gives waits for the guest's GET RESPONSE, at most 256 bytes at a time.
/// Keeps a trace, and counts what it sees: the view of the card that does not come from the guest.
class RelayedCard : public CardDevice {
 public:
  /// `real` outlives this.
  explicit RelayedCard(CardDevice& real);

  /// What the guest is shown.
  Bytes atr() override { return shown_atr_; }
  Bytes transmit(ByteView command) override;
  void reset() override;
  void note(const std::string& event) override;
  bool enter_reader() override { return real_.enter_reader(); }
  void leave_reader() noexcept override { real_.leave_reader(); }
  void abandon() noexcept override { real_.abandon(); }

  const Bytes& real_atr() const { return real_atr_; }
  CardCounters counters() const;
  std::string take_trace();

 private:
  Bytes pass_on(const CommandApdu& command, ByteView bytes);
  Bytes get_response(const CommandApdu& command);
  /// The first of what waits, at most `most` bytes, and 61xx or the card's own status.
  Bytes next_part(std::size_t most);
  void count(const CommandApdu& command, StatusWord status);

  CardDevice& real_;
  const Bytes real_atr_, shown_atr_;
  const bool speaks_t0_;
  mutable std::mutex mutex_;
  Bytes waiting_;  ///< response data that GET RESPONSE will fetch
  StatusWord last_status_ = sw::kOk;
  CardCounters counters_;
  ApduTrace trace_;
};

/// Whether a card with this ATR speaks T=0 without being asked to (ISO/IEC 7816-3, 8.2.3: no TD1, or a TD1
/// that says 0).
bool begins_with_t0(ByteView atr);
/// An ATR that offers T=0 only, with the historical bytes of `atr` (none when it is malformed).
Bytes t0_atr(ByteView atr);

}  // namespace smx::vm
