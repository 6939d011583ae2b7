#include "vm/windows/windows_disk.h"

#include <algorithm>

#include "harness/core/error.h"
#include "harness/core/utf16.h"

namespace smx::vm {
namespace {

constexpr auto kUefiStore = "\\EFI\\Microsoft\\Boot\\BCD", kBiosStore = "\\Boot\\BCD";

[[noreturn]] void refuse(const std::string& why) {
  throw Error(ErrorKind::usage, why);
}

[[noreturn]] void refuse_bitlocker() {
  refuse(
      "the Windows volume is encrypted by BitLocker; decrypt it in the guest (manage-bde -off C:), wait "
      "until it "
      "is done, shut it down, and try again");
}

}  // namespace

WindowsDisk::WindowsDisk(BlockDevice& disk, const CancelToken& cancel) {
  const auto table = read_partition_table(disk);
  uefi_ = table.scheme == PartitionTable::Scheme::gpt;
  find_windows(disk, table);
  find_boot(disk, table, cancel);
}

void WindowsDisk::find_windows(BlockDevice& disk, const PartitionTable& table) {
  bool encrypted = false;
  for (const auto& partition : table.partitions) {
    auto part = std::make_unique<PartOfDevice>(disk, partition.offset, partition.size);
    encrypted = encrypted || NtfsVolume::is_bitlocker(*part);
    if (!NtfsVolume::is_ntfs(*part)) continue;
    auto volume = std::make_unique<NtfsVolume>(*part);
    if (!volume->find(kSystem)) continue;
    windows_part_ = std::move(part);
    windows_ = std::move(volume);
    return;
  }
  if (encrypted) refuse_bitlocker();
  refuse("no NTFS volume of the disk has \\Windows\\System32\\config\\SYSTEM; is Windows installed on it?");
}

void WindowsDisk::find_boot(BlockDevice& disk, const PartitionTable& table, const CancelToken& cancel) {
  store_ = uefi_ ? kUefiStore : kBiosStore;
  const auto it = std::find_if(table.partitions.begin(), table.partitions.end(),
                               [&](const Partition& p) { return uefi_ ? p.efi_system() : p.active; });
  if (it == table.partitions.end())
    refuse(uefi_
               ? "the disk has a GUID partition table without an EFI system partition; Windows boots from no "
                 "other"
               : "the disk has a partition table of the old kind without an active partition; Windows boots "
                 "from no other");
  boot_part_ = std::make_unique<PartOfDevice>(disk, it->offset, it->size);
  if (NtfsVolume::is_bitlocker(*boot_part_)) refuse_bitlocker();
  boot_ = open_boot_volume(*boot_part_, cancel);
  if (!boot_) refuse("the disk's boot partition holds neither FAT nor NTFS; Windows boots from no other");
}

std::string WindowsDisk::read_store() {
  auto bytes = boot_->read(store_);
  if (!bytes) refuse("the disk's boot partition has no boot configuration store at " + store_);
  return *bytes;
}

Hibernation WindowsDisk::hibernation() {
  const auto file = windows_->find("\\hiberfil.sys");
  if (!file) return Hibernation::impossible;
  const auto mark = windows_->beginning(*file, 4);
  // "wake" is what a machine leaves there that went on from it.
  if (same_name(mark, "hibr") || same_name(mark, "rstr")) return Hibernation::hibernated;
  return Hibernation::possible;
}

}  // namespace smx::vm
