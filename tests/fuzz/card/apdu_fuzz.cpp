// The parser of commands, and those who put them into words for the trace.

#include "tests/fuzz/fuzz_check.h"
#include "vm/card/gids/gids_names.h"
#include "vm/card/iso7816/apdu.h"
#include "vm/card/piv/piv_names.h"

using namespace smx;
using namespace smx::vm;

namespace {

/// The command as its sender would have written it (ISO/IEC 7816-3, 12.1.3).
Bytes written(const CommandApdu& command) {
  Bytes bytes{command.cla, command.ins, command.p1, command.p2};
  if (!command.data.empty()) {
    bytes.push_back(static_cast<std::uint8_t>(command.data.size()));
    append(bytes, command.data);
  }
  if (command.le) bytes.push_back(static_cast<std::uint8_t>(*command.le));  // 256 is 00
  return bytes;
}

void check_words(const std::string& words) {
  FUZZ_CHECK(!words.empty() && words.size() <= 200);
  for (const char c : words) FUZZ_CHECK(c >= ' ' && c <= '~');
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView input(data, size);
  const auto command = parse_command(input);
  if (!command) return 0;
  FUZZ_CHECK(size >= 4 && size <= 261);
  FUZZ_CHECK(command->data.size() <= 255);
  FUZZ_CHECK(!command->le || (*command->le >= 1 && *command->le <= 256));
  const auto again = written(*command);
  FUZZ_CHECK(std::equal(again.begin(), again.end(), data, data + size));
  check_words(piv::describe(*command));
  check_words(gids::describe(*command));
  return 0;
}
