#pragma once

#include <vector>

#include "vm/disk/block_device.h"
#include "vm/disk/partition.h"

namespace smx::vm {

constexpr std::uint64_t kSector = 512;

/// The partitions of a GUID partition table. Throws Error(usage) for a damaged one.
std::vector<Partition> read_gpt(BlockDevice& disk);

/// Throws Error(usage) unless the partition is within the disk, and not empty.
Partition checked_partition(BlockDevice& disk, unsigned number, std::uint64_t first_sector,
                            std::uint64_t sectors);

}  // namespace smx::vm
