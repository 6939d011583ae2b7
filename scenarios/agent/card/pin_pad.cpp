#include "scenarios/agent/card/pin_pad.h"

namespace smx::agent {

std::map<std::uint8_t, std::uint32_t> parse_features(const Bytes& bytes) {
  std::map<std::uint8_t, std::uint32_t> features;
  for (std::size_t at = 0; bytes.size() - at >= 6 && bytes[at + 1] == 4; at += 6)
    features[bytes[at]] =
        static_cast<std::uint32_t>(bytes[at + 2]) << 24 | static_cast<std::uint32_t>(bytes[at + 3]) << 16 |
        static_cast<std::uint32_t>(bytes[at + 4]) << 8 | static_cast<std::uint32_t>(bytes[at + 5]);
  return features;
}

Bytes pin_verify_structure(std::uint8_t timeout_seconds, CardApplication application) {
  const bool gids = application == CardApplication::gids;
  Bytes verify{0x00, 0x20, 0x00, 0x80, 0x00};
  const std::uint8_t block = gids ? 0x00 : 0x08, longest = gids ? 0x10 : 0x08, shortest = gids ? 0x04 : 0x06;
  verify.back() = block;
  verify.resize(verify.size() + block, 0xff);
  Bytes bytes{timeout_seconds,
              timeout_seconds,
              0x82,
              block,
              0x00,
              longest,
              shortest,  // one number, little-endian
              0x02,
              0x01,
              0x09,
              0x04,  // 0x0409, little-endian
              0x00,
              0x00,
              0x00,
              0x00,
              static_cast<std::uint8_t>(verify.size()),
              0x00,
              0x00,
              0x00};
  bytes.insert(bytes.end(), verify.begin(), verify.end());
  return bytes;
}

}  // namespace smx::agent
