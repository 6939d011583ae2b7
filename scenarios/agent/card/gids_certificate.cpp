#include <zlib.h>

#include "scenarios/agent/card/gids_client.h"
#include "scenarios/agent/core/reporter.h"

namespace smx::agent {
namespace {

constexpr std::size_t kGidsCertificateLimit = 16u << 10;

// uLong is as wide as size_t on Linux, and narrower on 64-bit Windows; what goes in here is some KiB.
template <typename Number>
constexpr uLong zlib_size(Number value) {
  return static_cast<uLong>(value);
}

[[noreturn]] void no_gids_certificate(const std::string& why) {
  throw StepFailure(CheckOutcome::failed, "no-certificate", "the card's certificate cannot be read: " + why);
}

/// 01 00, the length 2 LE, then zlib (RFC 1950).
Bytes decompressed(const Bytes& content) {
  constexpr std::size_t kHeader = 4;
  if (content.size() <= kHeader || content[0] != 0x01 || content[1] != 0x00)
    no_gids_certificate("it is in no form that is known");
  uLongf size = static_cast<uLongf>(content[2] | content[3] << 8);
  Bytes der(size);
  const auto packed = zlib_size(content.size() - kHeader);
  if (size == 0 || size > kGidsCertificateLimit ||
      uncompress(der.data(), &size, content.data() + kHeader, packed) != Z_OK || size != der.size())
    no_gids_certificate("it does not decompress to what it says");
  return der;
}

}  // namespace

Bytes GidsClient::certificate() {
  return decompressed(stored_certificate());
}

}  // namespace smx::agent
