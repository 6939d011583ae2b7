#pragma once

#include <optional>

#include "harness/core/secret.h"
#include "vm/card/device/card_device.h"
#include "vm/card/iso7816/apdu.h"

// What the controller itself asks of a real PIV card: its retry counter, its PIN, its identity.

namespace smx::vm {

/// SW1 SW2 of a response; 0 for a mute card's.
StatusWord status_of(ByteView response);
/// The tries that 63Cx and 6983 speak of.
std::optional<int> tries_in(StatusWord word);
/// The card says that it did not do what it was asked. Every other word but 9000 leaves that open.
bool is_refusal(StatusWord word);

/// The PIN of the PIV application (SP 800-73-4 part 2, 3.2). Nothing throws: a card that does not answer
/// gives status 0.
class PivPin {
 public:
  explicit PivPin(CardDevice& card) : card_(card) {}
  /// Resets the card and selects PIV; false when it has none.
  bool start_afresh();
  /// By an empty VERIFY, which spends no try. Nothing when the card does not tell.
  std::optional<int> tries_left();
  StatusWord verify(const Secret& pin);
  StatusWord change(const Secret& from, const Secret& to);
  StatusWord unblock(const Secret& puk, const Secret& to);

 private:
  StatusWord send(std::uint8_t ins, std::initializer_list<const Secret*> values);
  CardDevice& card_;
};

/// The contents of a PIV data object (what is in its 53), with every part that waits fetched; nothing when
/// the card has none. At most 8 KiB.
std::optional<Bytes> read_object(CardDevice& card, std::uint32_t tag);

/// SELECT PIV by its AID, as a command without Le.
Bytes select_piv_command();

}  // namespace smx::vm
