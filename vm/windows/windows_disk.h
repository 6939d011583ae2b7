#pragma once

#include <memory>
#include <optional>
#include <string>

#include "vm/disk/boot_volume.h"
#include "vm/disk/ntfs_volume.h"
#include "vm/disk/partition_table.h"

namespace smx::vm {

/// What Windows keeps in hiberfil.sys' first bytes.
enum class Hibernation {
  impossible,  ///< no such file: hibernation is off
  possible,    ///< it is there, and nothing is in it
  hibernated,  ///< "hibr" or "rstr", in either case: the next start goes on from it
};

/// Where things are on a disk with Windows.
class WindowsDisk {
 public:
  /// `disk` and `cancel` outlive this. Throws Error(usage) for a layout that is not known, a damaged one, or
  /// BitLocker.
  WindowsDisk(BlockDevice& disk, const CancelToken& cancel);

  bool uefi() const { return uefi_; }
  BootVolume& boot() { return *boot_; }
  NtfsVolume& windows() { return *windows_; }
  /// The boot configuration store's path on the boot volume.
  const std::string& store() const { return store_; }
  /// Its bytes.
  std::string read_store();
  Hibernation hibernation();

  static constexpr const char* kSystem = "\\Windows\\System32\\config\\SYSTEM";
  static constexpr const char* kSoftware = "\\Windows\\System32\\config\\SOFTWARE";

 private:
  void find_boot(BlockDevice& disk, const PartitionTable& table, const CancelToken& cancel);
  void find_windows(BlockDevice& disk, const PartitionTable& table);

  bool uefi_ = false;
  std::string store_;
  // The partitions outlive their volumes.
  std::unique_ptr<PartOfDevice> boot_part_, windows_part_;
  std::unique_ptr<BootVolume> boot_;
  std::unique_ptr<NtfsVolume> windows_;
};

}  // namespace smx::vm
