// Commands one after another, each after its length in one byte, to a GIDS card whose PIN is 24681357. The
// first byte chooses the card: 0 one that is not initialised, else one in operation.

#include <memory>

#include "tests/fuzz/fuzz_check.h"
#include "vm/card/device/card_contents.h"
#include "vm/card/device/smart_card.h"
#include "vm/card/file/card_data_json.h"
#include "vm/card/gids/gids_card.h"
#include "vm/card/gids/gids_layout.h"
#include "vm/card/gids/gids_names.h"

using namespace smx;
using namespace smx::vm;

namespace {

const CardData& issued() {
  static const CardData made = [] {
    CardIssue issue;
    issue.pin = Secret("24681357");
    issue.iterations = 1;
    auto data = new_gids_card(issue, Bytes(24, 0x42));
    set_authentication_certificate(data, Bytes(700, 0x30));
    return data;
  }();
  return made;
}

/// Whether this answer may be the one after which somebody may write.
bool may_authenticate(ByteView command, ByteView answer) {
  if (command.size() < 4 || answer[answer.size() - 2] != 0x90) return false;
  const auto ins = command[1];
  return ins == 0x20 ? command[3] != 0x82 : ins == 0x24 || ins == 0x2c || ins == 0x87;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const bool blank = data[0] == 0;
  const auto first = blank ? blank_gids_card(3, 1) : issued();
  SmartCard card(std::make_unique<MemoryCardStore>(first));
  bool authenticated = blank;
  ByteView rest(data + 1, size - 1);
  while (!rest.empty()) {
    const auto command = rest.subspan(1, std::min<std::size_t>(rest[0], rest.size() - 1));
    if (const auto parsed = parse_command(command)) FUZZ_CHECK(!gids::describe(*parsed).empty());
    const int before = card.status().pin.tries_left;
    const auto answer = card.transmit(command);
    FUZZ_CHECK(answer.size() >= 2 && answer.size() <= 258);
    const auto pin = card.status().pin;
    FUZZ_CHECK(pin.tries_left >= 0 && pin.tries_left <= pin.max_tries && pin.tries_left + 1 >= before);
    authenticated = authenticated || may_authenticate(command, answer);
    rest = rest.subspan(1 + command.size());
  }
  const auto last = card.data();
  if (!authenticated) FUZZ_CHECK(last.gids == first.gids && last.keys.size() == first.keys.size());
  if (last.gids == first.gids) return 0;  // the rest is what the file may hold, and takes its time
  const auto text = format_card(last);
  FUZZ_CHECK(format_card(parse_card(text, "fuzz")) == text);
  authentication_key(last);
  authentication_certificate(last);
  card_guid(last);
  return 0;
}
