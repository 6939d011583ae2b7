#pragma once

#include <cstdint>
#include <string>

namespace smx::vm {

struct Partition {
  unsigned number = 0;                 ///< as Linux counts: 1 to 4, logical ones from 5
  std::uint64_t offset = 0, size = 0;  ///< bytes; within the disk
  bool active = false;                 ///< MBR: the one that the BIOS boots
  unsigned type = 0;                   ///< MBR: 0x07 NTFS, 0x0c FAT32, …
  std::string type_guid = {};          ///< GPT: lower case with hyphens
  bool efi_system() const { return type_guid == "c12a7328-f81f-11d2-ba4b-00a0c93ec93b"; }
};

}  // namespace smx::vm
