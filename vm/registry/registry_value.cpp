#include "harness/core/little_endian.h"
#include "harness/core/utf16.h"
#include "vm/registry/hive.h"

namespace smx::vm {
namespace {

/// Up to the first NUL, or all of it: Windows does not make sure that there is one.
std::string_view until_nul(std::string_view utf16) {
  for (std::size_t i = 0; i + 1 < utf16.size(); i += 2)
    if (utf16[i] == 0 && utf16[i + 1] == 0) return utf16.substr(0, i);
  return utf16;
}

}  // namespace

std::optional<std::uint32_t> RegistryValue::dword() const {
  if (type != kDword || bytes.size() != 4) return {};
  return le32(bytes, 0);
}

std::string RegistryValue::text() const {
  if (type != kText && type != kExpandText) return {};
  return utf8_from_utf16(until_nul(bytes));
}

std::vector<std::string> RegistryValue::texts() const {
  std::vector<std::string> parts;
  if (type != kTexts) return parts;
  for (std::string_view rest = bytes; rest.size() >= 2;) {
    const auto part = until_nul(rest);
    if (part.empty()) break;
    parts.push_back(utf8_from_utf16(part));
    rest.remove_prefix(std::min(rest.size(), part.size() + 2));
  }
  return parts;
}

}  // namespace smx::vm
