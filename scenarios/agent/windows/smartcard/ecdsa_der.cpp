#include "scenarios/agent/windows/smartcard/ecdsa_der.h"

#include <algorithm>

namespace smx::agent {
namespace {

constexpr std::size_t kLongest = 132;  // P-521

Bytes integer(Bytes::const_iterator begin, Bytes::const_iterator end) {
  begin = std::find_if(begin, end, [](std::uint8_t b) { return b != 0; });
  Bytes value(begin, end);
  if (value.empty() || value[0] >= 0x80) value.insert(value.begin(), 0);
  Bytes der{0x02, static_cast<std::uint8_t>(value.size())};
  der.insert(der.end(), value.begin(), value.end());
  return der;
}

}  // namespace

Bytes ecdsa_der(const Bytes& raw) {
  if (raw.empty() || raw.size() % 2 != 0 || raw.size() > kLongest) return {};
  const auto middle = raw.begin() + static_cast<std::ptrdiff_t>(raw.size() / 2);
  auto content = integer(raw.begin(), middle);
  const auto s = integer(middle, raw.end());
  content.insert(content.end(), s.begin(), s.end());
  Bytes der{0x30};
  if (content.size() > 0x7f) der.push_back(0x81);
  der.push_back(static_cast<std::uint8_t>(content.size()));
  der.insert(der.end(), content.begin(), content.end());
  return der;
}

}  // namespace smx::agent
