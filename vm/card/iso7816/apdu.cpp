#include "vm/card/iso7816/apdu.h"

namespace smx::vm {
namespace {

std::size_t short_le(std::uint8_t byte) {
  return byte == 0 ? 256 : byte;
}

}  // namespace

std::optional<CommandApdu> parse_command(ByteView bytes) {
  if (bytes.size() < 4) return std::nullopt;
  CommandApdu command{bytes[0], bytes[1], bytes[2], bytes[3], {}, std::nullopt};
  if (bytes.size() == 4) return command;  // case 1
  if (bytes.size() == 5) {                // case 2, or case 1 over T=0
    command.le = short_le(bytes[4]);
    return command;
  }
  const std::size_t lc = bytes[4];
  if (lc == 0) return std::nullopt;  // extended length
  if (bytes.size() == 5 + lc) {      // case 3
    command.data = bytes.subspan(5, lc);
    return command;
  }
  if (bytes.size() == 6 + lc) {  // case 4
    command.data = bytes.subspan(5, lc);
    command.le = short_le(bytes[5 + lc]);
    return command;
  }
  return std::nullopt;
}

std::string describe_select(const CommandApdu& command) {
  const auto& aid = command.data;
  // The categories of ISO/IEC 7816-4, 8.2.1.2 begin with A to F, and no digit does.
  const bool shown = aid.size() >= 5 && aid.size() <= 16 && aid[0] >= 0xa0;
  return "SELECT " + (shown ? hex(aid) : std::string("(no AID)"));
}

Bytes encode(const ResponseApdu& response) {
  Bytes bytes;
  bytes.reserve(response.data.size() + 2);
  append(bytes, response.data);
  bytes.push_back(static_cast<std::uint8_t>(response.status >> 8));
  bytes.push_back(static_cast<std::uint8_t>(response.status & 0xff));
  return bytes;
}

}  // namespace smx::vm
