#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "vm/disk/block_device.h"

namespace smx::vm {

struct Partition {
  unsigned number = 0;                 ///< as Linux counts: 1 to 4, logical ones from 5
  std::uint64_t offset = 0, size = 0;  ///< bytes; within the disk
  bool active = false;                 ///< MBR: the one that the BIOS boots
  unsigned type = 0;                   ///< MBR: 0x07 NTFS, 0x0c FAT32, …
  std::string type_guid = {};          ///< GPT: lower case with hyphens
  bool efi_system() const { return type_guid == "c12a7328-f81f-11d2-ba4b-00a0c93ec93b"; }
};

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
