#include <zlib.h>

#include <algorithm>
#include <optional>
#include <string_view>

#include "scenarios/agent/card/gids_client.h"
#include "scenarios/agent/card/piv_client.h"
#include "scenarios/agent/core/reporter.h"

namespace smx::agent {
namespace {

// The table A000 DF1F: 01, then records of 28 bytes {directory 9, name 9, 2, data object 4 LE, file 4 LE}.
constexpr std::uint16_t kTableFile = 0xa000, kTableObject = 0xdf1f;
constexpr std::size_t kRecord = 28, kName = 9, kObjectAt = 20, kFileAt = 24;
constexpr std::size_t kCertificateLimit = 16u << 10;

// uLong is as wide as size_t on Linux, and narrower on 64-bit Windows; what goes in here is some KiB.
template <typename Number>
constexpr uLong zlib_size(Number value) {
  return static_cast<uLong>(value);
}

[[noreturn]] void no_gids_certificate(const std::string& why) {
  throw StepFailure(CheckOutcome::failed, "no-certificate", "the card's certificate cannot be read: " + why);
}

std::uint16_t short_at(const Bytes& bytes, std::size_t at) {
  return static_cast<std::uint16_t>(bytes[at] | bytes[at + 1] << 8);
}

Bytes read_object(Transmitter& card, std::uint16_t file, std::uint16_t object) {
  const auto high = [](std::uint16_t n) { return static_cast<std::uint8_t>(n >> 8); };
  const auto low = [](std::uint16_t n) { return static_cast<std::uint8_t>(n & 0xff); };
  const Bytes tag{0x5c, 0x02, high(object), low(object)};
  const auto response = exchange(card, {0x00, 0xcb, high(file), low(file), tag, true});
  if (!response.sw.ok()) no_gids_certificate(describe(response.sw));
  const auto content = find_tlv(response.data, object);
  if (!content) no_gids_certificate("the file has no such object");
  return *content;
}

bool is_named(const Bytes& table, std::size_t at, std::string_view name) {
  return std::equal(name.begin(), name.end(), table.begin() + static_cast<std::ptrdiff_t>(at)) &&
         table[at + name.size()] == 0;
}

struct Place {
  std::uint16_t file, object;
};

std::optional<Place> find_file(const Bytes& table, std::string_view directory, std::string_view name) {
  for (std::size_t at = 1; table.size() - at >= kRecord; at += kRecord)
    if (is_named(table, at, directory) && is_named(table, at + kName, name))
      return Place{short_at(table, at + kFileAt), short_at(table, at + kObjectAt)};
  return std::nullopt;
}

/// 01 00, the length 2 LE, then zlib (RFC 1950).
Bytes decompressed(const Bytes& content) {
  constexpr std::size_t kHeader = 4;
  if (content.size() <= kHeader || content[0] != 0x01 || content[1] != 0x00)
    no_gids_certificate("it is in no form that is known");
  uLongf size = short_at(content, 2);
  Bytes der(size);
  const auto packed = zlib_size(content.size() - kHeader);
  if (size == 0 || size > kCertificateLimit ||
      uncompress(der.data(), &size, content.data() + kHeader, packed) != Z_OK || size != der.size())
    no_gids_certificate("it does not decompress to what it says");
  return der;
}

}  // namespace

Bytes GidsClient::certificate() {
  const auto table = read_object(card_, kTableFile, kTableObject);
  if (table.empty()) no_gids_certificate("the table of files is empty");
  const auto place = find_file(table, "mscp", "kxc00");
  if (!place) no_gids_certificate("the table of files names no mscp\\kxc00");
  return decompressed(read_object(card_, place->file, place->object));
}

}  // namespace smx::agent
