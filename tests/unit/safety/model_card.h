#pragma once

#include <algorithm>
#include <functional>
#include <set>

#include "vm/card/device/card_device.h"
#include "vm/card/iso7816/apdu.h"
#include "vm/card/memory/reference_data.h"

namespace smx::vm {

/// A PIV card with nothing but a PIN and a PUK, and no cryptography: fast enough for a hundred thousand
/// lives. It counts a try before it compares, as cards do, and keeps what a test wants to know afterwards.
class ModelCard : public CardDevice {
 public:
  explicit ModelCard(std::string its_pin, std::string its_puk = "86427531", int tries = 3)
      : pin(std::move(its_pin)), puk(std::move(its_puk)), max_tries(tries), tries_left(tries) {}

  std::string pin, puk;
  int max_tries, tries_left, puk_tries_left = 3;
  int lowest = 15;               ///< the lowest that the counter ever was
  bool presented_again = false;  ///< a value that had failed since the PIN was changed came a second time
  bool tells_counter = true;
  int presented = 0;  ///< values compared
  /// Called before a command reaches the card, between count and comparison, and before the answer leaves it;
  /// may throw.
  std::function<void()> before = [] {}, counted = [] {}, after = [] {};

  Bytes atr() override { return *parse_hex("3b6800000073c84000009000"); }
  void reset() override { selected_ = verified_ = false; }
  Bytes transmit(ByteView bytes) override {
    before();
    const auto command = parse_command(bytes);
    const auto status = command ? answer(*command) : sw::kWrongLength;
    after();
    return encode(status);
  }

 private:
  StatusWord answer(const CommandApdu& c) {
    if (c.ins == 0xa4) return selected_ = true, verified_ = false, sw::kOk;
    if (!selected_) return sw::kConditionsNotSatisfied;
    switch (c.ins) {
      case 0x20: return verify(c);
      case 0x24: return change(c);
      case 0x2c: return unblock(c);
      default: return sw::kInsNotSupported;
    }
  }

  StatusWord status() const {
    if (!tells_counter) return sw::kReferenceNotFound;
    return tries_left == 0 ? sw::kBlocked : sw::tries_left(tries_left);
  }

  StatusWord verify(const CommandApdu& c) {
    if (c.data.empty()) return verified_ ? sw::kOk : status();
    return compare(c.data);
  }

  StatusWord compare(ByteView value) {
    verified_ = false;
    if (tries_left == 0) return sw::kBlocked;
    lowest = std::min(lowest, --tries_left);
    counted();
    ++presented;
    if (!std::ranges::equal(value, pad_reference(pin))) {
      presented_again |= !failed_.insert(hex(value)).second;
      return status();
    }
    tries_left = max_tries;
    verified_ = true;
    return sw::kOk;
  }

  StatusWord change(const CommandApdu& c) {
    if (c.data.size() != 16) return sw::kWrongData;
    if (const auto status = compare(c.data.first(8)); status != sw::kOk) return status;
    set(c.data.subspan(8));
    return sw::kOk;
  }

  StatusWord unblock(const CommandApdu& c) {
    if (c.data.size() != 16) return sw::kWrongData;
    if (puk_tries_left == 0) return sw::kBlocked;
    if (!std::ranges::equal(c.data.first(8), pad_reference(puk))) return sw::tries_left(--puk_tries_left);
    set(c.data.subspan(8));
    return sw::kOk;
  }

  void set(ByteView padded) {
    pin = std::string(as_text(padded));
    pin.erase(std::find(pin.begin(), pin.end(), '\xff'), pin.end());
    tries_left = max_tries;
    failed_.clear();
  }

  bool selected_ = false, verified_ = false;
  std::set<std::string> failed_;
};

}  // namespace smx::vm
