#pragma once

#include <memory>
#include <string>

#include "scenarios/agent/core/fake_platform.h"
#include "scenarios/agent/core/request.h"
#include "vm/card/device/smart_card.h"

namespace smx::agent {

/// What a test runs a scenario on: the project's own card, held in memory behind a FakePlatform, without reader
/// and service. A reset and a power cycle reach the card.
class OnMemoryCard {
 protected:
  OnMemoryCard(vm::CardData issued, CardApplication application, const char* pin)
      : card_(std::make_unique<vm::MemoryCardStore>(std::move(issued))) {
    platform_.card.answer = [this](const Bytes& command) {
      if (++commands_ == refuses_at_) return Bytes{0x6f, 0x00};
      return card_.transmit(command);
    };
    platform_.card.on_reset = [this] { card_.reset(); };
    platform_.card.on_power_cycle = [this] { card_.reset(); };
    request_.nonce = std::string(32, '0');
    request_.application = application;
    request_.credentials.emplace("pin", Pin(pin));
  }

  int commands_ = 0;    ///< that reached `answer`
  int refuses_at_ = 0;  ///< the command that is answered 6F00; 0: none
  vm::SmartCard card_;
  FakePlatform platform_;
  Request request_;
};

}  // namespace smx::agent
