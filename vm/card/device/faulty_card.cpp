#include "vm/card/device/faulty_card.h"

#include <algorithm>
#include <array>

#include "vm/card/iso7816/apdu.h"

namespace smx::vm {
namespace {

/// PUT DATA, GENERATE ASYMMETRIC KEY PAIR, CREATE FILE, UPDATE BINARY, WRITE BINARY, WRITE and APPEND RECORD,
/// UPDATE RECORD: what needs room on a card (ISO/IEC 7816-4, 7816-8, 7816-9).
constexpr std::array<std::uint8_t, 10> kWrites{0xda, 0xdb, 0x47, 0x46, 0xe0, 0xd6, 0xd0, 0xd2, 0xe2, 0xdc};
constexpr StatusWord kNotEnoughMemory = 0x6a84;

bool is_write(ByteView command) {
  return command.size() >= 4 && std::ranges::find(kWrites, command[1]) != kWrites.end();
}

}  // namespace

void FaultyCard::set(std::optional<CardFault> fault) {
  const std::lock_guard lock(mutex_);
  fault_ = fault;
  ++generation_;
  changed_.notify_all();
}

void FaultyCard::abandon() noexcept {
  {
    const std::lock_guard lock(mutex_);
    abandoned_ = true;
    changed_.notify_all();
  }
  card_.abandon();
}

bool FaultyCard::wait_for_delay(std::optional<std::chrono::milliseconds> delay) {
  std::unique_lock lock(mutex_);
  const auto over = [this, now = generation_] { return abandoned_ || generation_ != now; };
  if (delay)
    changed_.wait_for(lock, *delay, over);
  else
    changed_.wait(lock, over);
  return !abandoned_;
}

Bytes FaultyCard::atr() {
  auto atr = card_.atr();
  const std::lock_guard lock(mutex_);
  // The last historical byte is another one: a card of another make, and as well-formed as ours.
  if (fault_ && fault_->kind == FaultKind::wrong_atr && !atr.empty()) atr.back() ^= 0x01;
  return atr;
}

Bytes FaultyCard::transmit(ByteView command) {
  std::optional<CardFault> fault;
  {
    const std::lock_guard lock(mutex_);
    if (abandoned_) return {};
    fault = fault_;
  }
  if (!fault) return card_.transmit(command);
  switch (fault->kind) {
    case FaultKind::slow: return wait_for_delay(fault->delay) ? card_.transmit(command) : Bytes{};
    case FaultKind::dead: wait_for_delay(std::nullopt); return {};
    case FaultKind::removal:
    case FaultKind::reader_removal:
      card_.note("fault: taken out in mid-command");
      if (leave_) leave_();
      return {};
    case FaultKind::garbled_status: {
      card_.transmit(command);
      return {0x00, 0x00};
    }
    case FaultKind::full:
      if (is_write(command)) {
        card_.note("fault: the card is full, 6A84");
        return encode(kNotEnoughMemory);
      }
      break;
    default: break;
  }
  return card_.transmit(command);
}

}  // namespace smx::vm
