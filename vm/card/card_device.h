#pragma once

#include "vm/card/bytes.h"

namespace smx::vm {

/// What is in a reader: it has power, and it answers commands. The card in software is one, a card in a
/// host's reader is one, and others stand before these to watch or to change what passes. Thread-safe.
class CardDevice {
 public:
  virtual ~CardDevice() = default;
  virtual Bytes atr() = 0;
  /// The response to a command: data, SW1, SW2. Blocks as long as the card takes. Empty: the card is mute,
  /// and the reader has nothing to hand on.
  virtual Bytes transmit(ByteView command) = 0;
  /// Power off and on: every security status is lost.
  virtual void reset() = 0;
};

}  // namespace smx::vm
