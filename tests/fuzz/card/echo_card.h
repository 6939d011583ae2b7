#pragma once

#include <algorithm>

#include "vm/card/device/card_device.h"

namespace smx::vm {

/// A card that gives back what it is told, so that a framing is fuzzed at its own speed: what a real card
/// does with a command is for the targets `piv` and `gids`. An empty command finds it mute.
class EchoCard : public CardDevice {
 public:
  Bytes atr() override { return {0x3b, 0x00}; }
  Bytes transmit(ByteView command) override {
    if (command.empty()) return {};
    Bytes answer(command.begin(),
                 command.begin() + static_cast<std::ptrdiff_t>(std::min<std::size_t>(command.size(), 256)));
    append(answer, Bytes{0x90, 0x00});
    return answer;
  }
  void reset() override {}
};

}  // namespace smx::vm
