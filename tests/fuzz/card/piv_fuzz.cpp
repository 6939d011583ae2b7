// Commands one after another, each after its length in one byte, to a card whose PIN is 24681357. An input
// that begins with 'A' finds the administrator and the holder logged in, so that the commands that need them
// are reached: no input could answer a random challenge. The rest of such an input is what any other is.

#include <memory>

#include "tests/fuzz/card/fuzz_card.h"
#include "tests/fuzz/fuzz_check.h"
#include "vm/card/iso7816/tlv.h"

using namespace smx;
using namespace smx::vm;

namespace {

void log_in(SmartCard& card) {
  const auto key = fuzz_card().management_key.value();
  const auto challenge = card.transmit(parse_hex("0087089b047c02810000").value());
  const auto value = find_tlv(find_tlv(challenge, 0x7c).value(), 0x81).value();
  Bytes command{0x00, 0x87, 0x08, 0x9b, 0x14};
  append(command, make_tlv(0x7c, make_tlv(0x82, encrypt_block(key, value))));
  FUZZ_CHECK(hex(card.transmit(command)) == "9000");
  FUZZ_CHECK(hex(card.transmit(parse_hex("00200080083234363831333537").value())) == "9000");
}

/// What every exchange keeps true.
void exchange(SmartCard& card, ByteView command) {
  const auto before = card.status();
  const auto answer = card.transmit(command);
  FUZZ_CHECK(answer.size() >= 2 && answer.size() <= 258);
  const auto after = card.status();
  FUZZ_CHECK(after.pin.tries_left >= 0 && after.pin.tries_left <= after.pin.max_tries);
  FUZZ_CHECK(after.pin.tries_left + 1 >= before.pin.tries_left);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  SmartCard card(std::make_unique<MemoryCardStore>(fuzz_card()));
  ByteView rest(data, size);
  if (!rest.empty() && rest[0] == 'A') {
    log_in(card);
    rest = rest.subspan(1);
  }
  while (!rest.empty()) {
    const std::size_t length = std::min<std::size_t>(rest[0], rest.size() - 1);
    exchange(card, rest.subspan(1, length));
    rest = rest.subspan(1 + length);
  }
  return 0;
}
