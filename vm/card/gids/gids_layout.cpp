#include "vm/card/gids/gids_layout.h"

#include <fmt/core.h>

#include <algorithm>

#include "harness/core/error.h"
#include "vm/card/gids/gids_certificates.h"
#include "vm/card/gids/gids_files.h"
#include "vm/card/gids/gids_keys.h"

namespace smx::vm::gids {
namespace {

constexpr std::uint16_t kUserDirectories = 0xa000, kUserWrites = 0xa010, kAdminWrites = 0xa012;
constexpr std::uint32_t kTable = 0xdf1f, kKeyMap = 0xdf20, kCardId = 0xdf20, kCardApps = 0xdf21,
                        kCardCf = 0xdf22, kContainerMap = 0xdf23, kLastObject = 0xdfff;
constexpr std::string_view kMinidriver = "mscp";
constexpr std::size_t kTableRecord = 28, kNameSize = 9, kContainerRecord = 86, kContainerName = 80;
constexpr std::uint8_t kValid = 1, kDefault = 2;
constexpr std::size_t kMostContainers = 127;  ///< key references 81 to FF

std::uint8_t low(std::size_t value) {
  return static_cast<std::uint8_t>(value & 0xff);
}

void append_little(Bytes& to, std::uint32_t value, int size) {
  for (int i = 0; i < size; ++i) to.push_back(low(value >> 8 * i));
}

std::uint32_t little(ByteView bytes) {
  std::uint32_t value = 0;
  for (std::size_t i = bytes.size(); i-- > 0;) value = value << 8 | bytes[i];
  return value;
}

void append_name(Bytes& to, std::string_view name, std::size_t size) {
  append(to, as_bytes(name.substr(0, size)));
  to.resize(to.size() + size - std::min(size, name.size()));
}

/// Where a file lies.
struct Location {
  std::uint16_t file = 0;
  std::uint32_t object = 0;
  bool operator==(const Location&) const = default;
};

Bytes table_record(std::string_view directory, std::string_view name, Location at) {
  Bytes record;
  append_name(record, directory, kNameSize);
  append_name(record, name, kNameSize);
  record.resize(record.size() + 2);
  append_little(record, at.object, 4);
  append_little(record, at.file, 4);
  return record;
}

const Bytes* object_at(const GidsData& gids, Location at) {
  const auto file = gids.files.find(at.file);
  if (file == gids.files.end()) return nullptr;
  const auto object = file->second.objects.find(at.object);
  return object == file->second.objects.end() ? nullptr : &object->second;
}

template <typename Visit>
void each_record(const GidsData& gids, Visit visit) {
  const auto* table = object_at(gids, {kUserDirectories, kTable});
  if (table == nullptr || table->empty() || table->front() != 1) return;
  for (std::size_t at = 1; at + kTableRecord <= table->size(); at += kTableRecord)
    visit(ByteView(*table).subspan(at, kTableRecord));
}

Location location_in(ByteView record) {
  return {static_cast<std::uint16_t>(little(record.subspan(24, 2))), little(record.subspan(20, 4))};
}

std::optional<Location> find(const GidsData& gids, std::string_view directory, std::string_view name) {
  const auto wanted = table_record(directory, name, {});
  std::optional<Location> found;
  each_record(gids, [&](ByteView record) {
    if (!found && std::equal(record.begin(), record.begin() + 2 * kNameSize, wanted.begin()))
      found = location_in(record);
  });
  return found;
}

Location first_free(const GidsData& gids) {
  for (Location at{kUserWrites, kCardApps}; at.object < kLastObject; ++at.object) {
    bool used = false;
    each_record(gids, [&](ByteView record) { used = used || location_in(record) == at; });
    if (!used) return at;
  }
  throw Error(ErrorKind::internal, "a GIDS card's table of files is full");
}

std::string certificate_name(const Container& container) {
  return fmt::format("k{}c{:02X}", container.signs_only ? 's' : 'x', container.index);
}

}  // namespace

void create_file_system(GidsData& gids, ByteView card_id) {
  struct Conditions {
    std::uint16_t file;
    std::uint8_t write, read;
  };
  // Names of Microsoft's table: UserCreateDeleteDir, EveryoneReadUserWrite, UserWriteExecute,
  // EveryoneReadAdminWrite, UserReadWrite, AdminReadWrite.
  for (const auto& c : {Conditions{kUserDirectories, 0x30, 0x00},
                        {kUserWrites, 0x30, 0x00},
                        {0xa011, 0x30, 0xff},
                        {kAdminWrites, 0x20, 0x00},
                        {0xa013, 0x30, 0x30},
                        {0xa014, 0x20, 0x20}})
    gids.files[c.file] = {data_file_fcp(c.file, c.write, c.read), true, {}};
  gids.files[key_file(kAdminKey)] = {admin_key_fcp(), true, {}};
  Bytes table{1};
  append(table, table_record(kMinidriver, "", {kUserDirectories, 0}));
  append(table, table_record("", "cardid", {kAdminWrites, kCardId}));
  append(table, table_record("", "cardapps", {kUserWrites, kCardApps}));
  append(table, table_record("", "cardcf", {kUserWrites, kCardCf}));
  append(table, table_record(kMinidriver, "cmapfile", {kUserWrites, kContainerMap}));
  gids.files[kUserDirectories].objects[kTable] = table;
  gids.files[kAdminWrites].objects[kCardId] = Bytes(card_id.begin(), card_id.end());
  auto& user_writes = gids.files[kUserWrites].objects;
  append_name(user_writes[kCardApps], kMinidriver, 8);
  user_writes[kCardCf] = Bytes(6);
  user_writes[kContainerMap] = {};
}

std::optional<Bytes> read_file(const GidsData& gids, std::string_view directory, std::string_view name) {
  const auto at = find(gids, directory, name);
  const auto* object = at ? object_at(gids, *at) : nullptr;
  return object != nullptr ? std::optional(*object) : std::nullopt;
}

void write_file(GidsData& gids, std::string_view directory, std::string_view name, ByteView content) {
  auto at = find(gids, directory, name);
  if (!at) {
    at = first_free(gids);
    const auto directories = gids.files.find(kUserDirectories);
    if (directories == gids.files.end() || !directories->second.objects.contains(kTable))
      throw Error(ErrorKind::internal, "a GIDS card without a file system cannot hold a file");
    append(directories->second.objects[kTable], table_record(directory, name, *at));
  }
  gids.files[at->file].objects[at->object] = Bytes(content.begin(), content.end());
}

std::optional<Container> default_container(const GidsData& gids) {
  const auto map = read_file(gids, kMinidriver, "cmapfile");
  std::optional<Container> first;
  for (std::size_t i = 0; map && i < map->size() / kContainerRecord && i < kMostContainers; ++i) {
    const auto record = ByteView(*map).subspan(i * kContainerRecord, kContainerRecord);
    const auto flags = record[kContainerName];
    if ((flags & kValid) == 0) continue;
    const bool signs_only = little(record.subspan(kContainerName + 2, 2)) != 0;
    const Container container{low(i), (flags & kDefault) != 0, signs_only};
    if (container.is_default) return container;
    if (!first) first = container;
  }
  return first;
}

void add_first_container(GidsData& gids, std::string_view name) {
  constexpr std::uint8_t kReference = 0x81, kExchange = 0x9a;
  gids.files[key_file(kReference)] = {rsa_key_fcp(kReference), true, {}};
  Bytes key_map{1};
  append_little(key_map, 1, 4);
  key_map.push_back(kRsa2048);
  key_map.push_back(kExchange);
  append_little(key_map, key_file(kReference), 2);
  append_little(key_map, 0xffff, 4);
  gids.files[kUserDirectories].objects[kKeyMap] = key_map;
  Bytes record;
  for (const char c : name.substr(0, kContainerName / 2 - 1))
    append_little(record, low(static_cast<unsigned char>(c)), 2);
  record.resize(kContainerName);
  record.push_back(kValid | kDefault);
  record.push_back(0);
  append_little(record, 0, 2);
  append_little(record, 2048, 2);
  write_file(gids, kMinidriver, "cmapfile", record);
}

const KeyPair* authentication_key(const CardData& data) {
  const auto container = default_container(data.gids);
  const auto found = container ? data.keys.find(container->key_reference()) : data.keys.end();
  return found == data.keys.end() ? nullptr : &found->second;
}

std::optional<Bytes> authentication_certificate(const CardData& data) {
  const auto container = default_container(data.gids);
  const auto file =
      container ? read_file(data.gids, kMinidriver, certificate_name(*container)) : std::nullopt;
  return file ? decompressed(*file) : std::nullopt;
}

void set_authentication_certificate(CardData& data, ByteView der) {
  const auto container = default_container(data.gids);
  if (!container) throw Error(ErrorKind::internal, "a GIDS card without a key container has no certificate");
  write_file(data.gids, kMinidriver, certificate_name(*container), compressed(der));
}

std::string card_id(const CardData& data) {
  return hex(read_file(data.gids, "", "cardid").value_or(Bytes{}));
}

}  // namespace smx::vm::gids
