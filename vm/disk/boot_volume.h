#pragma once

#include <memory>
#include <optional>
#include <string>

#include "harness/core/cancel.h"
#include "vm/disk/block_device.h"

namespace smx::vm {

/// The partition that a machine boots from, whose small files can be read and replaced. Paths are absolute
/// and separated by "\". Every function blocks and throws Error(usage) for a damaged volume,
/// Error(environment) when a program is missing or refuses, Cancelled.
class BootVolume {
 public:
  virtual ~BootVolume() = default;
  /// Nothing when it is not there. At most `kLargestFile` bytes, else Error(usage).
  virtual std::optional<std::string> read(const std::string& path) = 0;
  /// The file is there already. Refuses a volume that another system has not let go of.
  virtual void replace(const std::string& path, const std::string& bytes) = 0;

  static constexpr std::uint64_t kLargestFile = 4u << 20;
};

/// The volume in a partition, or null when it holds neither FAT nor NTFS. `partition` outlives it, and so
/// does `cancel`.
///
/// FAT: the partition (2 GiB at most) is copied out, without its holes, and mtools read and change the copy.
/// NTFS: read in place. A file that keeps its size is written where it is; for another one, what describes
/// the volume (file table, bitmap, log, the folders on the path) is copied out, ntfscp changes the copy, and
/// what it changed is brought back: the file table of a whole C: is some hundred MB, everything else is left
/// where it is.
std::unique_ptr<BootVolume> open_boot_volume(BlockDevice& partition, const CancelToken& cancel);

/// The two kinds.
bool is_fat(BlockDevice& partition);
std::unique_ptr<BootVolume> open_fat_volume(BlockDevice& partition, const CancelToken& cancel);
std::unique_ptr<BootVolume> open_ntfs_volume(BlockDevice& partition, const CancelToken& cancel);

}  // namespace smx::vm
