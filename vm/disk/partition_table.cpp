#include "vm/disk/partition_table.h"

#include "harness/core/error.h"
#include "harness/core/little_endian.h"
#include "vm/disk/gpt.h"

namespace smx::vm {
namespace {

constexpr unsigned kMostLogical = 128;

struct Entry {
  bool active = false;
  unsigned type = 0;
  std::uint64_t first = 0, sectors = 0;
};

Entry entry_of(std::string_view sector, unsigned index) {
  const std::size_t at = 446 + std::size_t{index} * 16;
  return {le8(sector, at) == 0x80, le8(sector, at + 4), le32(sector, at + 8), le32(sector, at + 12)};
}

bool extended(unsigned type) {
  return type == 0x05 || type == 0x0f || type == 0x85;
}

bool marked(std::string_view sector) {
  return le16(sector, 510) == 0xaa55;
}

Partition partition_of(BlockDevice& disk, unsigned number, const Entry& entry, std::uint64_t base) {
  auto partition = checked_partition(disk, number, base + entry.first, entry.sectors);
  partition.active = entry.active;
  partition.type = entry.type;
  return partition;
}

/// Each link's first entry is a partition, relative to the link; its second is the next link, relative to
/// the whole chain's beginning.
void read_logical(BlockDevice& disk, const Entry& chain, std::vector<Partition>& partitions) {
  const auto whole = checked_partition(disk, 0, chain.first, chain.sectors);
  std::uint64_t at = chain.first, last = 0;
  for (unsigned link = 0; link < kMostLogical; ++link) {
    // Every link lies behind the one before it, so the chain ends.
    if (at <= last || at >= (whole.offset + whole.size) / kSector) break;
    const auto sector = read_bytes(disk, at * kSector, kSector);
    if (!marked(sector)) break;
    const auto entry = entry_of(sector, 0), next = entry_of(sector, 1);
    if (entry.type != 0 && entry.sectors != 0) partitions.push_back(partition_of(disk, 5 + link, entry, at));
    if (!extended(next.type) || next.sectors == 0) return;
    last = at;
    at = chain.first + next.first;
  }
  throw Error(ErrorKind::usage,
              "the disk's partition table is damaged: its chain of logical partitions does not end");
}

}  // namespace

PartitionTable read_partition_table(BlockDevice& disk) {
  if (disk.size() < 4 * kSector)
    throw Error(ErrorKind::usage, "the disk is too small to hold anything; is the image empty?");
  const auto sector = read_bytes(disk, 0, kSector);
  if (!marked(sector))
    throw Error(ErrorKind::usage, "the disk has no partition table; is a system installed on it?");
  PartitionTable table;
  for (unsigned i = 0; i < 4; ++i) {
    if (entry_of(sector, i).type != 0xee) continue;
    table.scheme = PartitionTable::Scheme::gpt;
    table.partitions = read_gpt(disk);
    return table;
  }
  for (unsigned i = 0; i < 4; ++i) {
    const auto entry = entry_of(sector, i);
    if (entry.type == 0 || entry.sectors == 0) continue;
    if (extended(entry.type))
      read_logical(disk, entry, table.partitions);
    else
      table.partitions.push_back(partition_of(disk, i + 1, entry, 0));
  }
  return table;
}

}  // namespace smx::vm
