#include "vm/safety/command_names.h"

#include <fmt/format.h>

#include <algorithm>

namespace smx::vm {
namespace {

struct InsName {
  std::uint8_t ins;
  std::string_view name;
};
/// ISO/IEC 7816-4, table 4, and SP 800-73-4 part 2.
constexpr InsName kNames[] = {
    {0x20, "VERIFY"},
    {0x24, "CHANGE REFERENCE DATA"},
    {0x2c, "RESET RETRY COUNTER"},
    {0x47, "GENERATE ASYMMETRIC KEY PAIR"},
    {0x84, "GET CHALLENGE"},
    {0x87, "GENERAL AUTHENTICATE"},
    {0xa4, "SELECT"},
    {0xb0, "READ BINARY"},
    {0xc0, "GET RESPONSE"},
    {0xca, "GET DATA"},
    {0xcb, "GET DATA"},
    {0xdb, "PUT DATA"},
};

}  // namespace

std::string command_name(const CommandApdu& c) {
  const auto* found = std::ranges::find(kNames, c.ins, &InsName::ins);
  const auto ins = found != std::end(kNames) ? std::string(found->name) : fmt::format("INS {:02X}", c.ins);
  const auto chained = (c.cla & 0x10) != 0 ? " (more follows)" : "";
  switch (c.ins) {
    case 0x20:
      if (c.p1 == 0xff) return fmt::format("{} {:02X} (log out)", ins, c.p2);
      return fmt::format("{} {:02X}{}", ins, c.p2, c.data.empty() ? " (status)" : "");
    case 0xc0: return ins;
    default: return fmt::format("{} {:02X} {:02X}{}", ins, c.p1, c.p2, chained);
  }
}

}  // namespace smx::vm
