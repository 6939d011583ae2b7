#pragma once

#include "vm/card/device/card_device.h"

namespace smx::vm {

/// The card's side of one vpcd connection, without the connection: bytes in, bytes out. Not thread-safe;
/// blocks as long as the card takes.
///
///   frame   length, 16 bits big-endian; then that many bytes
///   1 byte  0 power off, 1 power on, 2 reset, 4 give the ATR (only this one is answered)
///   more    a command APDU; answered by a response APDU, by an empty frame when the card is mute: the driver
///           waits for ever otherwise, and its pcscd with it
class VpcdSession {
 public:
  /// `card` outlives this.
  explicit VpcdSession(CardDevice& card) : card_(card) {}

  /// Takes what the driver sent and gives what is to be answered. A frame that has not come whole waits.
  Bytes receive(ByteView bytes);

 private:
  void serve(ByteView frame, Bytes& answers);

  CardDevice& card_;
  Bytes unread_;  ///< less than one frame, so at most 65536 bytes
};

}  // namespace smx::vm
