#include "vm/card/gids/gids_files.h"

#include <array>
#include <bit>

#include "vm/card/iso7816/tlv.h"

namespace smx::vm::gids {
namespace {

constexpr std::array<std::uint8_t, 11> kAid{0xa0, 0x00, 0x00, 0x03, 0x97, 0x42, 0x54, 0x46, 0x59, 0x02, 0x01};

constexpr std::uint8_t kDataFile = 0x39, kKeyFile = 0x18, kDedicatedFile = 0x38;
/// External authentication; either of it and the PIN; the PIN; see GidsSecurity::satisfies.
constexpr std::uint8_t kAlways = 0x00, kUser = 0x10, kAdmin = 0x20, kUserOrAdmin = 0x30, kNever = 0xff;

std::optional<std::uint8_t> one_byte(ByteView bytes, std::uint32_t tag) {
  const auto value = find_tlv(bytes, tag);
  return value && value->size() == 1 ? std::optional((*value)[0]) : std::nullopt;
}

/// An access mode byte, then a condition for each of its bits 7 to 1. Bit 8 only says that the bits mean
/// something of the application's own.
bool is_conditions(ByteView value) {
  return !value.empty() && value.size() == 1u + static_cast<unsigned>(std::popcount(value[0] & 0x7fu));
}

Bytes file_template(std::uint8_t descriptor, std::uint16_t id, ByteView conditions, ByteView mechanisms) {
  Bytes fcp;
  append_tlv(fcp, 0x82, Bytes{descriptor});
  if (id != kApplicationFile)
    append_tlv(fcp, 0x83, Bytes{static_cast<std::uint8_t>(id >> 8), static_cast<std::uint8_t>(id & 0xff)});
  append_tlv(fcp, 0x8c, conditions);
  if (!mechanisms.empty()) append_tlv(fcp, 0xa5, mechanisms);
  return make_tlv(0x62, fcp);
}

/// A control reference template: mechanism, key, usage qualifier.
void append_use(Bytes& to, std::uint8_t use, std::uint8_t mechanism, std::uint8_t key, std::uint8_t usage) {
  Bytes content;
  append_tlv(content, 0x80, Bytes{mechanism});
  append_tlv(content, 0x83, Bytes{key});
  append_tlv(content, 0x95, Bytes{usage});
  append_tlv(to, use, content);
}

}  // namespace

ByteView application_identifier() {
  return kAid;
}

std::optional<FileParameters> read_fcp(ByteView fcp) {
  TlvReader reader(fcp);
  const auto whole = reader.next();
  if (!whole || whole->tag != 0x62 || reader.next() || reader.broken()) return std::nullopt;
  const auto content = whole->value;
  const auto descriptor = one_byte(content, 0x82);
  const auto id = find_tlv(content, 0x83), conditions = find_tlv(content, 0x8c);
  if (!descriptor || !id || id->size() != 2 || !conditions || !is_conditions(*conditions))
    return std::nullopt;
  FileParameters file{static_cast<std::uint16_t>((*id)[0] << 8 | (*id)[1]), FileKind::data};
  if (*descriptor == kDataFile) return file;
  if (*descriptor != kKeyFile || file.id < key_file(kAdminKey) || file.id > key_file(0xff))
    return std::nullopt;
  const auto mechanisms = find_tlv(content, 0xa5);
  if (!mechanisms || mechanisms->empty()) return std::nullopt;
  file.kind = FileKind::key;
  return file;
}

std::optional<std::uint8_t> condition_for(ByteView fcp, std::uint8_t operation) {
  const auto content = find_tlv(fcp, 0x62);
  const auto conditions = content ? find_tlv(*content, 0x8c) : std::nullopt;
  if (!conditions || !is_conditions(*conditions)) return std::nullopt;
  std::size_t at = 0;
  for (unsigned bit = 0x40; bit != 0; bit >>= 1) {
    if (((*conditions)[0] & bit) == 0) continue;
    ++at;
    if (bit == operation) return (*conditions)[at];
  }
  return std::nullopt;
}

bool offers(ByteView fcp, std::uint8_t use, std::uint8_t mechanism) {
  const auto content = find_tlv(fcp, 0x62);
  const auto mechanisms = content ? find_tlv(*content, 0xa5) : std::nullopt;
  if (!mechanisms) return false;
  TlvReader reader(*mechanisms);
  while (const auto entry = reader.next())
    if (entry->tag == use && one_byte(entry->value, 0x80) == mechanism) return true;
  return false;
}

std::optional<std::vector<std::uint32_t>> read_tag_list(ByteView data) {
  TlvReader reader(data);
  const auto list = reader.next();
  if (!list || list->tag != 0x5c || reader.next() || reader.broken()) return std::nullopt;
  std::vector<std::uint32_t> tags;
  auto rest = list->value;
  while (!rest.empty()) {
    std::size_t size = 1;
    if ((rest[0] & 0x1f) == 0x1f)
      while (size < rest.size() && (rest[size++] & 0x80) != 0) continue;
    const bool whole = size == 1 ? (rest[0] & 0x1f) != 0x1f : (rest[size - 1] & 0x80) == 0;
    if (!whole || size > 3) return std::nullopt;
    std::uint32_t tag = 0;
    for (const auto b : rest.first(size)) tag = tag << 8 | b;
    tags.push_back(tag);
    rest = rest.subspan(size);
  }
  if (tags == std::vector<std::uint32_t>{0x5c}) tags.clear();  // the tag of a tag list asks for all too
  return tags;
}

Bytes application_template() {
  const Bytes authentications{0x40, 0x01, 0xc0};  // mutual and external
  Bytes content;
  append_tlv(content, 0x4f, kAid);
  append_tlv(content, 0x73, authentications);
  return make_tlv(0x61, content);
}

Bytes application_fcp() {
  const Bytes conditions{kTerminate | kCreateFile | kDeleteChild, kAdmin, kUserOrAdmin, kUserOrAdmin};
  return file_template(kDedicatedFile, kApplicationFile, conditions, {});
}

Bytes application_management_data() {
  return make_tlv(0x64, make_tlv(0x5f2f, Bytes{0x40}));
}

Bytes data_file_fcp(std::uint16_t id, std::uint8_t write, std::uint8_t read) {
  return file_template(kDataFile, id, Bytes{kPutData | kGetData, write, read}, {});
}

Bytes admin_key_fcp() {
  constexpr std::uint8_t kTripleDesMechanism = 0x02, kMutualAndExternal = 0xc0;
  Bytes mechanisms;
  append_use(mechanisms, kAuthenticationTemplate, kTripleDesMechanism, kAdminKey, kMutualAndExternal);
  const Bytes conditions{0x80 | kUseKey | kPutKey | kGetPublicKey, kAlways, kAdmin, kNever};
  return file_template(kKeyFile, key_file(kAdminKey), conditions, mechanisms);
}

Bytes rsa_key_fcp(std::uint8_t reference) {
  constexpr std::uint8_t kRsa2048Mechanism = 0x07, kPrivate = 0x40;
  Bytes mechanisms;
  // Decipherment raw, with OAEP and with PKCS#1 v1.5; signature raw and with PKCS#1 v1.5.
  for (const unsigned padding : {0x00u, 0x80u, 0x40u})
    append_use(mechanisms, kDeciphermentTemplate, static_cast<std::uint8_t>(padding | kRsa2048Mechanism),
               reference, kPrivate);
  for (const unsigned padding : {0x10u, 0x50u})
    append_use(mechanisms, kSignatureTemplate, static_cast<std::uint8_t>(padding | kRsa2048Mechanism),
               reference, kPrivate);
  const Bytes conditions{0x80 | kGenerateKey | kUseKey | kPutKey | kGetPublicKey, kUser, kUser, kUser,
                         kAlways};
  return file_template(kKeyFile, key_file(reference), conditions, mechanisms);
}

}  // namespace smx::vm::gids
