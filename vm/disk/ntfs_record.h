#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// NTFS' records, out of bytes that may be untrusted. (Linux, fs/ntfs3/ntfs.h; the NTFS documentation of the
// Linux-NTFS project.) All numbers are little-endian. Everything throws Error(usage) for what is damaged.

namespace smx::vm {

/// A run of clusters: `length` from the file's cluster `vcn` on are at the volume's cluster `lcn`, or are
/// nowhere and read as zeros.
struct NtfsRun {
  std::uint64_t vcn = 0, length = 0;
  std::optional<std::uint64_t> lcn;
};

/// The runs as an attribute holds them: each a byte with two lengths, then the number of clusters and the
/// signed distance from the run before. `first` is the first one's vcn.
std::vector<NtfsRun> parse_ntfs_runs(std::string_view bytes, std::uint64_t first);

struct NtfsAttribute {
  static constexpr std::uint32_t kList = 0x20, kVolumeInformation = 0x70, kData = 0x80, kIndexRoot = 0x90,
                                 kIndexAllocation = 0xa0;
  std::uint32_t type = 0;
  std::string name;
  bool compressed = false, encrypted = false;
  std::optional<std::string> value;  ///< of a resident one
  // Of one that is not.
  std::uint64_t first = 0;                  ///< vcn of its first run
  std::uint64_t size = 0, initialized = 0;  ///< bytes; of the whole, in its first piece only
  std::vector<NtfsRun> runs;
};

/// Puts back the two bytes at the end of each 512 that were replaced to notice a torn write; the record
/// begins with `magic` ("FILE", "INDX", "RSTR").
void undo_ntfs_fixups(std::string& record, std::string_view magic);

/// A file record, its fixups undone.
struct NtfsRecord {
  std::uint16_t sequence = 0;
  bool in_use = false;
  std::uint64_t base = 0;  ///< number of the record that this one continues, or 0
  std::vector<NtfsAttribute> attributes;
};

NtfsRecord parse_ntfs_record(std::string record);

/// A reference to a file record: its number, and how often that number was used again.
struct NtfsReference {
  std::uint64_t number = 0;
  std::uint16_t sequence = 0;
};

NtfsReference ntfs_reference(std::uint64_t raw);

[[noreturn]] void ntfs_damaged(const std::string& what);

}  // namespace smx::vm
