#pragma once

#include <vector>

#include "vm/disk/block_device.h"
#include "vm/disk/partition.h"

namespace smx::vm {

struct PartitionTable {
  enum class Scheme { mbr, gpt };
  Scheme scheme = Scheme::mbr;
  std::vector<Partition> partitions;  ///< used entries only, at most 256
};

/// Reads the table of a disk of 512-byte sectors.
///
///   MBR: sector 0, 55 aa at 510; four entries of 16 bytes from 446: 0 flag (80 active), 4 type,
///        8 first sector, 12 sectors; types 05, 0f, 85 hold a chain of such sectors; ee says that it is GPT
///   GPT: UEFI specification 2.10, section 5.3: header in sector 1 with a checksum of its own and one of the
///        entries
///
/// Throws Error(usage) for a disk without a table, a damaged one (checksums, something outside of the disk,
/// a chain that turns back or has more than 128 links).
PartitionTable read_partition_table(BlockDevice& disk);

}  // namespace smx::vm
