#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace smx::vm {

/// What is done with a hive whose writer was cut off: it says so by unequal sequence numbers, and its newest
/// values may be in transaction logs (*.LOG1, *.LOG2) that are not replayed here.
enum class UnfinishedHive {
  refuse,  ///< for callers that write
  read,    ///< for callers that only read, and say so
};

/// The beginning of a registry hive's file, 4096 bytes:
///
///   0x00 "regf"            0x04 sequence number 1     0x08 sequence number 2
///   0x14 major version: 1  0x24 root key's offset     0x28 bytes in hive bins, a multiple of 4096
///   0x1fc checksum: XOR of the 127 32-bit words before it
///
/// (Libregf, "Windows NT Registry File (REGF) format"; all numbers are little-endian.) The bins follow; what
/// is behind them is unused.
struct HiveHeader {
  std::uint32_t sequence1 = 0, sequence2 = 0;
  std::uint32_t root = 0;  ///< of the first bin's beginning
  std::uint32_t bins = 0;  ///< bytes
  bool finished() const { return sequence1 == sequence2; }
};

/// Throws Error(usage), naming `name` and the way out, for anything that is not a valid hive: other bytes, a
/// wrong checksum, a file that is shorter than it says, unless allowed unequal sequence numbers.
HiveHeader check_hive(std::string_view bytes, const std::string& name, UnfinishedHive unfinished);

/// The checksum that belongs at 0x1fc. `header` has at least 508 bytes.
std::uint32_t hive_checksum(std::string_view header);

}  // namespace smx::vm
