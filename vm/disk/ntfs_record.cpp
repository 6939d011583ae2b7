#include "vm/disk/ntfs_record.h"

#include "harness/core/error.h"
#include "harness/core/little_endian.h"
#include "harness/core/utf16.h"

namespace smx::vm {
namespace {

constexpr std::size_t kBlock = 512;  ///< that fixups protect, whatever a sector is
constexpr std::uint32_t kEnd = 0xffffffff;

/// 0 type  4 length  8 not resident  9 name's length in characters  10 its offset  12 flags
/// resident: 16 value's length  20 its offset
/// not: 16 first vcn  32 runs' offset  40 bytes allocated  48 size  56 initialized
NtfsAttribute parse_attribute(std::string_view bytes) {
  NtfsAttribute a;
  a.type = le32(bytes, 0);
  const auto name_size = std::size_t{le8(bytes, 9)} * 2, name_at = std::size_t{le16(bytes, 10)};
  if (!holds(bytes, name_at, name_size)) ntfs_damaged("an attribute's name is outside of it");
  a.name = utf8_from_utf16(bytes.substr(name_at, name_size));
  a.compressed = le16(bytes, 12) & 0xff;
  a.encrypted = le16(bytes, 12) & 0x4000;
  if (le8(bytes, 8) == 0) {
    const auto size = le32(bytes, 16), at = std::uint32_t{le16(bytes, 20)};
    if (bytes.size() < 24 || !holds(bytes, at, size)) ntfs_damaged("an attribute's value is outside of it");
    a.value = std::string(bytes.substr(at, size));
    a.size = a.initialized = size;
    return a;
  }
  const auto runs_at = std::size_t{le16(bytes, 32)};
  if (bytes.size() < 64 || runs_at > bytes.size()) ntfs_damaged("an attribute's runs are outside of it");
  a.first = le64(bytes, 16);
  a.size = le64(bytes, 48);
  a.initialized = le64(bytes, 56);
  a.runs = parse_ntfs_runs(bytes.substr(runs_at), a.first);
  return a;
}

}  // namespace

void ntfs_damaged(const std::string& what) {
  throw Error(ErrorKind::usage, "an NTFS volume of the image is damaged: " + what +
                                    "; let Windows check it (chkdsk /f), or take an older image");
}

NtfsReference ntfs_reference(std::uint64_t raw) {
  return {raw & 0xffffffffffff, static_cast<std::uint16_t>(raw >> 48)};
}

/// 4 offset of the update sequence  6 its count: the number itself, then what stood at each block's end
void undo_ntfs_fixups(std::string& record, std::string_view magic) {
  if (!record.starts_with(magic)) ntfs_damaged("a record has no \"" + std::string(magic) + "\"");
  const std::size_t at = le16(record, 4), count = le16(record, 6);
  if (count == 0 || (count - 1) * kBlock != record.size() || !holds(record, at, count * 2))
    ntfs_damaged("a record's update sequence does not fit it");
  const auto sequence = record.substr(at, count * 2);
  for (std::size_t i = 1; i < count; ++i) {
    const auto end = i * kBlock - 2;
    if (record.compare(end, 2, sequence, 0, 2) != 0) ntfs_damaged("a record was written in part only");
    record.replace(end, 2, sequence, i * 2, 2);
  }
}

/// 16 sequence number  20 first attribute's offset  22 flags (1: in use)  24 bytes used  32 base record
NtfsRecord parse_ntfs_record(std::string bytes) {
  undo_ntfs_fixups(bytes, "FILE");
  NtfsRecord record;
  record.sequence = le16(bytes, 16);
  record.in_use = le16(bytes, 22) & 1;
  record.base = ntfs_reference(le64(bytes, 32)).number;
  const std::size_t used = le32(bytes, 24);
  if (used > bytes.size()) ntfs_damaged("a file record is larger than it can be");
  for (std::size_t at = le16(bytes, 20);;) {
    const auto rest = std::string_view(bytes).substr(0, used).substr(std::min(at, used));
    if (rest.size() < 4) ntfs_damaged("a file record has no end");
    if (le32(rest, 0) == kEnd) return record;
    const auto length = le32(rest, 4);
    if (length < 24 || length > rest.size()) ntfs_damaged("an attribute has no length that can be");
    record.attributes.push_back(parse_attribute(rest.substr(0, length)));
    at += length;
  }
}

}  // namespace smx::vm
