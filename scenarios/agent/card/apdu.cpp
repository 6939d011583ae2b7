#include "scenarios/agent/card/apdu.h"

#include <algorithm>
#include <cstdio>

#include "scenarios/agent/core/reporter.h"

namespace smx::agent {
namespace {

constexpr std::size_t kChunk = 255;
constexpr std::uint8_t kChained = 0x10;

Response split(const Bytes& bytes) {
  if (bytes.size() < 2)
    throw StepFailure(CheckOutcome::failed, "bad-response", "the card sent no status word");
  const auto high = bytes[bytes.size() - 2], low = bytes[bytes.size() - 1];
  return {{static_cast<std::uint16_t>(high << 8 | low)}, Bytes(bytes.begin(), bytes.end() - 2)};
}

Bytes encode(const Command& command, std::size_t from, std::size_t count, bool last) {
  const auto cla = static_cast<std::uint8_t>(last ? command.cla : command.cla | kChained);
  Bytes apdu{cla, command.ins, command.p1, command.p2};
  if (count > 0) {
    apdu.push_back(static_cast<std::uint8_t>(count));
    const auto begin = command.data.begin() + static_cast<std::ptrdiff_t>(from);
    apdu.insert(apdu.end(), begin, begin + static_cast<std::ptrdiff_t>(count));
  }
  if (last && command.expects_data) apdu.push_back(0x00);
  // Case 1 (neither data nor Le) goes to a T=0 reader as five bytes, P3 = 0 (ISO 7816-3, 12.2.2); both forms
  // are understood by PC/SC services, four bytes are the standard's.
  return apdu;
}

Response with_right_length(Transmitter& card, Bytes apdu, bool had_le, Response response) {
  if (response.sw.value >> 8 != 0x6c) return response;
  if (had_le) apdu.pop_back();
  apdu.push_back(static_cast<std::uint8_t>(response.sw.value & 0xff));
  return split(card.transmit(apdu));
}

}  // namespace

std::string describe(StatusWord sw) {
  char digits[16];
  std::snprintf(digits, sizeof digits, "SW %04X", sw.value);
  const std::string text = digits;
  if (sw.ok()) return text;
  if (sw.counter())
    return text + ": " + std::to_string(sw.tries_left()) + (sw.tries_left() == 1 ? " try" : " tries") +
           " left";
  switch (sw.value) {
    case 0x6983: return text + ": blocked";
    case 0x6982: return text + ": security status not satisfied";
    case 0x6a80: return text + ": wrong data";
    case 0x6a81: return text + ": function not supported";
    case 0x6a82: return text + ": not found";
    case 0x6a88: return text + ": reference data not found";
    case 0x6700: return text + ": wrong length";
    case 0x6d00: return text + ": instruction not supported";
    default: return text;
  }
}

Response exchange(Transmitter& card, const Command& command) {
  std::size_t at = 0;
  while (command.data.size() - at > kChunk) {
    const auto part = split(card.transmit(encode(command, at, kChunk, false)));
    if (!part.sw.ok()) return part;
    at += kChunk;
  }
  const auto last = encode(command, at, command.data.size() - at, true);
  Response response = with_right_length(card, last, command.expects_data, split(card.transmit(last)));
  while (response.sw.value >> 8 == 0x61) {
    const Bytes get_response{0x00, 0xc0, 0x00, 0x00, static_cast<std::uint8_t>(response.sw.value & 0xff)};
    const auto more = with_right_length(card, get_response, true, split(card.transmit(get_response)));
    response.data.insert(response.data.end(), more.data.begin(), more.data.end());
    response.sw = more.sw;
    // A part without data would never end.
    if (response.data.size() > kResponseDataLimit || (more.data.empty() && more.sw.value >> 8 == 0x61))
      throw StepFailure(CheckOutcome::failed, "bad-response", "the card's response does not end");
  }
  return response;
}

}  // namespace smx::agent
