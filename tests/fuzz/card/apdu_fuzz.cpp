// Commands one after another, each after its length in one byte, to a card whose PIN is 24681357.

#include <memory>

#include "tests/fuzz/card/fuzz_card.h"
#include "tests/fuzz/card/fuzz_check.h"

using namespace smx::vm;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  SmartCard card(std::make_unique<MemoryCardStore>(fuzz_card()));
  ByteView rest(data, size);
  while (!rest.empty()) {
    const std::size_t length = std::min<std::size_t>(rest[0], rest.size() - 1);
    const auto before = card.status();
    const auto answer = card.transmit(rest.subspan(1, length));
    FUZZ_CHECK(answer.size() >= 2 && answer.size() <= 258);
    const auto after = card.status();
    FUZZ_CHECK(after.pin.tries_left >= 0 && after.pin.tries_left <= after.pin.max_tries);
    FUZZ_CHECK(after.pin.tries_left + 1 >= before.pin.tries_left);
    rest = rest.subspan(1 + length);
  }
  return 0;
}
