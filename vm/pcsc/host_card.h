#pragma once

#include <functional>
#include <memory>
#include <string>

#include "vm/card/device/card_device.h"

namespace smx::vm {

/// The card in one of this host's readers, for this process alone. When this ends, the card is reset and
/// every program may use it again; when the process dies, pcscd does the same.
///
/// A card that was taken out stays gone, whatever is put in afterwards: it might be another one.
class HostCard : public CardDevice {
 public:
  /// `reader` is its full name. `on_gone` is called once, from a thread of this, when the card is taken out.
  /// Throws Error(environment): in use, no card, a card that does not answer.
  explicit HostCard(const std::string& reader, std::function<void()> on_gone = {});
  ~HostCard() override;

  Bytes atr() override;
  Bytes transmit(ByteView command) override;
  void reset() override;
  void abandon() noexcept override;

  /// Why the card is mute; "" while it is not.
  std::string trouble() const;

 private:
  struct Connection;
  class Watch;
  std::unique_ptr<Connection> connection_;
  std::unique_ptr<Watch> watch_;
};

}  // namespace smx::vm
