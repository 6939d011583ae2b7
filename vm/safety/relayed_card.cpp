#include "vm/safety/relayed_card.h"

#include <algorithm>
#include <array>

#include "vm/card/piv/piv_names.h"
#include "vm/safety/piv_pin.h"

namespace smx::vm {
namespace {

constexpr std::uint8_t kVerify = 0x20, kChange = 0x24, kReset = 0x2c, kAuthenticate = 0x87,
                       kGetResponse = 0xc0;
constexpr std::uint8_t kPivPin = 0x80;

/// Instructions that have data and bring data back: over T=0 their Le is missing.
bool answers_with_data(std::uint8_t ins) {
  constexpr std::array<std::uint8_t, 6> kList{0x47, 0x87, 0x88, 0xa4, 0xca, 0xcb};
  return std::ranges::find(kList, ins) != kList.end();
}

Bytes with_status(ByteView data, StatusWord status) {
  return encode({Bytes(data.begin(), data.end()), status});
}

/// What a card that speaks T=1 is told.
Bytes as_t1(const CommandApdu& command, ByteView bytes) {
  Bytes sent(bytes.begin(), bytes.end());
  // Without data and Le a T=0 command carries a P3 of 0, which T=1 would read as an Le.
  if (command.ins == kVerify && command.data.empty()) sent.resize(4);
  if (!command.data.empty() && !command.le && (command.cla & 0x10) == 0 && answers_with_data(command.ins))
    sent.push_back(0);
  return sent;
}

}  // namespace

RelayedCard::RelayedCard(CardDevice& real)
    : real_(real),
      real_atr_(real.atr()),
      shown_atr_(begins_with_t0(real_atr_) ? real_atr_ : t0_atr(real_atr_)),
      speaks_t0_(begins_with_t0(real_atr_)) {
  trace_.event(speaks_t0_ ? "ATR " + hex(real_atr_)
                          : "ATR " + hex(real_atr_) + " offers no T=0 at first; shown to the guest as " +
                                hex(shown_atr_));
}

Bytes RelayedCard::transmit(ByteView bytes) {
  const std::lock_guard lock(mutex_);
  const auto command = parse_command(bytes);
  if (!command) {
    trace_.exchange("no short APDU", bytes.size(), sw::kWrongLength);
    return encode(sw::kWrongLength);
  }
  const auto response =
      command->ins == kGetResponse && !waiting_.empty() ? get_response(*command) : pass_on(*command, bytes);
  const auto status = status_of(response);
  if (response.empty()) {
    trace_.event(piv::describe(*command) + " -> no answer");
    return response;
  }
  count(*command, status);
  trace_.exchange(piv::describe(*command), command->data.size(),
                  {Bytes(response.begin(), response.end() - 2), status});
  return response;
}

Bytes RelayedCard::pass_on(const CommandApdu& command, ByteView bytes) {
  wipe(waiting_);
  waiting_.clear();
  auto sent = speaks_t0_ ? Bytes(bytes.begin(), bytes.end()) : as_t1(command, bytes);
  auto response = real_.transmit(sent);
  wipe(sent);
  if (response.size() < 2) return {};
  last_status_ = status_of(response);
  // Over T=0 a response to a command with data is always fetched; and no answer is longer than 256 bytes.
  const bool at_once = speaks_t0_ || command.data.empty() || command.le;
  const auto size = response.size() - 2;
  if (size == 0 || (at_once && size <= kMaxResponseData)) return response;
  waiting_.assign(response.begin(), response.end() - 2);
  return next_part(at_once ? kMaxResponseData : 0);
}

Bytes RelayedCard::get_response(const CommandApdu& command) {
  return next_part(command.le.value_or(kMaxResponseData));
}

Bytes RelayedCard::next_part(std::size_t most) {
  const auto size = std::min({most, waiting_.size(), kMaxResponseData});
  const Bytes now(waiting_.begin(), waiting_.begin() + static_cast<std::ptrdiff_t>(size));
  waiting_.erase(waiting_.begin(), waiting_.begin() + static_cast<std::ptrdiff_t>(size));
  return with_status(now, waiting_.empty() ? last_status_ : sw::more(waiting_.size()));
}

void RelayedCard::count(const CommandApdu& command, StatusWord status) {
  const bool done = status == sw::kOk;
  if ((command.ins == kChange || command.ins == kReset) && command.p2 == kPivPin && done)
    ++counters_.pin_changes;
  // The try that brings the counter to zero is answered 63C0, or 6983 at once (SP 800-73-4 part 2, 3.2.1).
  if (command.ins == kVerify && command.p2 == kPivPin && !command.data.empty() && tries_in(status) == 0)
    ++counters_.pin_blocks;
  if (command.ins == kAuthenticate && (command.cla & 0x10) == 0 && (done || (status & 0xff00) == 0x6100))
    ++counters_.signatures;
}

void RelayedCard::reset() {
  const std::lock_guard lock(mutex_);
  waiting_.clear();
  trace_.event("reset");
  real_.reset();
}

void RelayedCard::note(const std::string& event) {
  const std::lock_guard lock(mutex_);
  trace_.event(event);
}

CardCounters RelayedCard::counters() const {
  const std::lock_guard lock(mutex_);
  return counters_;
}

std::string RelayedCard::take_trace() {
  const std::lock_guard lock(mutex_);
  return trace_.take();
}

}  // namespace smx::vm
