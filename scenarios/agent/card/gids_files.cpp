#include <algorithm>
#include <optional>
#include <string_view>

#include "scenarios/agent/card/gids_client.h"
#include "scenarios/agent/card/tlv.h"
#include "scenarios/agent/core/reporter.h"

namespace smx::agent {
namespace {

// The table A000 DF1F: 01, then records of 28 bytes {directory 9, name 9, 2, data object 4 LE, file 4 LE}.
constexpr std::uint16_t kTableFile = 0xa000, kTableObject = 0xdf1f;
constexpr std::size_t kRecord = 28, kName = 9, kObjectAt = 20, kFileAt = 24;

[[noreturn]] void no_gids_file(const std::string& why) {
  throw StepFailure(CheckOutcome::failed, "no-certificate", "the card's certificate cannot be read: " + why);
}

std::uint16_t little_endian_at(const Bytes& bytes, std::size_t at) {
  return static_cast<std::uint16_t>(bytes[at] | bytes[at + 1] << 8);
}

Bytes read_object(Transmitter& card, std::uint16_t file, std::uint16_t object) {
  const auto high = [](std::uint16_t n) { return static_cast<std::uint8_t>(n >> 8); };
  const auto low = [](std::uint16_t n) { return static_cast<std::uint8_t>(n & 0xff); };
  const Bytes tag{0x5c, 0x02, high(object), low(object)};
  const auto response = exchange(card, {0x00, 0xcb, high(file), low(file), tag, true});
  if (!response.sw.ok()) no_gids_file(describe(response.sw));
  const auto content = find_tlv(response.data, object);
  if (!content) no_gids_file("the file has no such object");
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
      return Place{little_endian_at(table, at + kFileAt), little_endian_at(table, at + kObjectAt)};
  return std::nullopt;
}

}  // namespace

Bytes GidsClient::stored_certificate() {
  const auto table = read_object(card_, kTableFile, kTableObject);
  if (table.empty()) no_gids_file("the table of files is empty");
  const auto place = find_file(table, "mscp", "kxc00");
  if (!place) no_gids_file("the table of files names no mscp\\kxc00");
  return read_object(card_, place->file, place->object);
}

}  // namespace smx::agent
