#pragma once

#include <zlib.h>

#include <cstdint>
#include <string>

#include "tests/unit/registry/hive_maker.h"

// Partition tables for tests, in memory.

namespace smx::vm::test {

inline constexpr std::size_t kSectors = 4096;

inline std::string empty_disk() {
  std::string disk(kSectors * 512, '\0');
  put(disk, 510, "\x55\xaa");
  return disk;
}

/// `index` counts from 0.
inline void put_mbr_entry(std::string& disk, std::size_t sector, std::size_t index, int flag, int type,
                          std::uint32_t first, std::uint32_t sectors) {
  std::string entry(16, '\0');
  entry[0] = static_cast<char>(flag);
  entry[4] = static_cast<char>(type);
  put(entry, 8, le(first, 4) + le(sectors, 4));
  put(disk, sector * 512 + 446 + index * 16, entry);
  put(disk, sector * 512 + 510, "\x55\xaa");
}

inline std::string crc(const std::string& bytes) {
  return le(::crc32(0, reinterpret_cast<const Bytef*>(bytes.data()), static_cast<uInt>(bytes.size())), 4);
}

/// Puts the checksums right, whatever the header and the entries say now.
inline void seal_gpt(std::string& disk) {
  put(disk, 512 + 88, crc(disk.substr(1024, 128 * 128)));
  put(disk, 512 + 16, le(0, 4));
  put(disk, 512 + 16, crc(disk.substr(512, 92)));
}

/// An EFI system partition (sectors 64 to 191) and a data partition (192 to 2047).
inline std::string gpt_disk() {
  const std::string esp("\x28\x73\x2a\xc1\x1f\xf8\xd2\x11\xba\x4b\x00\xa0\xc9\x3e\xc9\x3b", 16);
  const std::string data("\xa2\xa0\xd0\xeb\xe5\xb9\x33\x44\x87\xc0\x68\xb6\xb7\x26\x99\xc7", 16);
  auto disk = empty_disk();
  put_mbr_entry(disk, 0, 0, 0, 0xee, 1, kSectors - 1);
  put(disk, 512, "EFI PART" + le(0x10000, 4) + le(92, 4));
  put(disk, 512 + 72, le(2, 8) + le(128, 4) + le(128, 4));
  put(disk, 1024, esp);
  put(disk, 1024 + 32, le(64, 8) + le(191, 8));
  put(disk, 1024 + 128, data);
  put(disk, 1024 + 128 + 32, le(192, 8) + le(2047, 8));
  seal_gpt(disk);
  return disk;
}

}  // namespace smx::vm::test
