#include "vm/disk/gpt.h"

#include <fmt/format.h>
#include <zlib.h>

#include "harness/core/error.h"
#include "harness/core/little_endian.h"
#include "harness/core/text.h"

namespace smx::vm {
namespace {

constexpr std::uint32_t kMostEntries = 256, kLargestEntry = 1024;
const std::string kUnused(16, '\0');

[[noreturn]] void damaged(const std::string& what) {
  throw Error(ErrorKind::usage, "the disk's GUID partition table is damaged: " + what +
                                    "; repair the image (sgdisk --verify), or take an older one");
}

std::uint32_t checksum(std::string_view bytes) {
  return static_cast<std::uint32_t>(
      ::crc32(0, reinterpret_cast<const Bytef*>(bytes.data()), static_cast<uInt>(bytes.size())));
}

/// Mixed-endian, as UEFI stores it.
std::string guid(std::string_view bytes) {
  return fmt::format("{:08x}-{:04x}-{:04x}-{}-{}", le32(bytes, 0), le16(bytes, 4), le16(bytes, 6),
                     to_hex(bytes.substr(8, 2)), to_hex(bytes.substr(10, 6)));
}

/// 0 "EFI PART"  12 header's size  16 its checksum (taken with these 4 bytes zero)  72 first entry's sector
/// 80 number of entries  84 size of one  88 the entries' checksum
std::string read_header(BlockDevice& disk) {
  auto header = read_bytes(disk, kSector, kSector);
  if (!header.starts_with("EFI PART")) damaged("sector 1 has no header");
  const auto size = le32(header, 12);
  if (size < 92 || size > kSector) damaged("its header's size is not valid");
  auto zeroed = header.substr(0, size);
  zeroed.replace(16, 4, 4, '\0');
  if (checksum(zeroed) != le32(header, 16)) damaged("its header's checksum is wrong");
  return header;
}

}  // namespace

Partition checked_partition(BlockDevice& disk, unsigned number, std::uint64_t first, std::uint64_t sectors) {
  const auto all = disk.size() / kSector;
  if (sectors == 0 || first == 0 || first >= all || sectors > all - first)
    throw Error(
        ErrorKind::usage,
        fmt::format("the disk's partition table is damaged: partition {} is not within the disk", number));
  Partition partition;
  partition.number = number;
  partition.offset = first * kSector;
  partition.size = sectors * kSector;
  return partition;
}

std::vector<Partition> read_gpt(BlockDevice& disk) {
  const auto header = read_header(disk);
  const auto first = le64(header, 72);
  const auto count = le32(header, 80), size = le32(header, 84);
  if (count > kMostEntries || size < 128 || size > kLargestEntry || size % 8 != 0)
    damaged(fmt::format("{} entries of {} bytes", count, size));
  if (first < 2 || first >= disk.size() / kSector) damaged("its entries are not within the disk");
  const auto entries = read_bytes(disk, first * kSector, std::uint64_t{count} * size);
  if (checksum(entries) != le32(header, 88)) damaged("its entries' checksum is wrong");
  std::vector<Partition> partitions;
  for (std::uint32_t i = 0; i < count; ++i) {
    const auto entry = std::string_view(entries).substr(std::size_t{i} * size, size);
    if (entry.starts_with(kUnused)) continue;
    const auto from = le64(entry, 32), last = le64(entry, 40);  // both inclusive
    if (last < from) damaged(fmt::format("partition {} ends before it begins", i + 1));
    auto partition = checked_partition(disk, i + 1, from, last - from + 1);
    partition.type_guid = guid(entry);
    partitions.push_back(std::move(partition));
  }
  return partitions;
}

}  // namespace smx::vm
