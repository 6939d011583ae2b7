#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "vm/disk/block_device.h"
#include "vm/disk/ntfs_record.h"

namespace smx::vm {

/// A file's or an index's content: where it is, or the bytes themselves.
struct NtfsStream {
  std::uint64_t size = 0, initialized = 0;  ///< bytes; what is not initialized reads as zeros
  std::optional<std::string> value;
  std::vector<NtfsRun> runs;  ///< in order, without gaps
};

/// An NTFS volume, read without mounting it: a file of 15 MB comes out of a disk of 60 GB by reading 15 MB.
///
///   boot sector: 3 "NTFS    "  11 bytes a sector  13 sectors a cluster  40 sectors  48 first cluster of the
///                file table  64 clusters a file record, or -log2 of its bytes
///   file table:  records 0 itself, 2 the log, 3 the volume, 5 the root folder, 6 the bitmap of clusters
///
/// Refuses compressed and encrypted files. Every function throws Error(usage) for a damaged volume: what it
/// reads is bounded by the volume's size and by the limits named here. Not thread-safe; blocks.
class NtfsVolume {
 public:
  using File = std::uint64_t;  ///< a file record's number
  static constexpr File kLog = 2, kVolume = 3, kRoot = 5, kExtend = 11;

  /// `partition` outlives this.
  explicit NtfsVolume(BlockDevice& partition);

  static bool is_ntfs(BlockDevice& partition);
  /// Its boot sector says "-FVE-FS-" where others say "NTFS    ".
  static bool is_bitlocker(BlockDevice& partition);

  /// The file or folder at an absolute path ("\\Boot\\BCD"), ASCII letters in any case. Nothing when it is
  /// not there.
  std::optional<File> find(std::string_view path);
  /// Everything in a folder, at most 100,000 entries.
  std::vector<std::pair<std::string, File>> entries(File folder);
  std::uint64_t size_of(File file);
  /// The whole file. Throws Error(usage) when it is larger than `limit`.
  std::string read(File file, std::uint64_t limit);
  /// Its first bytes, at most `count`.
  std::string beginning(File file, std::size_t count);
  /// Writes `bytes` where the file's bytes are, only those 4096-byte blocks that differ. False, with nothing
  /// done, when that cannot be: another size, or no place of its own on the disk.
  bool overwrite(File file, std::string_view bytes);

  /// The volume's flag that it is to be checked (record 3, $VOLUME_INFORMATION, flags at 10, bit 0).
  bool dirty();
  /// Whether its log says that everything in it was carried out ($LogFile's restart pages).
  bool log_is_clean();

  // For callers that copy parts of the volume.
  /// Whether that file record is in use.
  bool is_there(File file);
  std::uint64_t cluster_size() const { return cluster_; }
  /// The attributes of a file, pieces that continue one another put together.
  std::vector<std::pair<NtfsAttribute, NtfsStream>> streams(File file);

 private:
  static constexpr std::uint64_t kMostList = 256u << 10;  ///< bytes of an attribute list
  static constexpr std::size_t kMostEntries = 100000;

  NtfsRecord record(File number, std::optional<std::uint16_t> sequence = {});
  std::vector<NtfsAttribute> attributes(File file);
  NtfsStream join(const std::vector<NtfsAttribute>& pieces, std::size_t first) const;
  std::optional<NtfsStream> stream(File file, std::uint32_t type, const std::string& name);
  NtfsStream content(File file);
  void complete_file_table(const NtfsRecord& self);
  void read_at(const NtfsStream& stream, std::uint64_t offset, std::span<char> into);
  std::string bytes_of(const NtfsStream& stream, std::uint64_t offset, std::uint64_t length);

  BlockDevice* device_;  ///< a pointer, so that a volume can be read anew in its place
  std::uint64_t cluster_ = 0;
  std::uint64_t record_size_ = 0;
  NtfsStream table_;
};

/// What a folder's index nodes hold, and their subnodes' numbers; used by NtfsVolume::entries.
struct NtfsIndexNode {
  std::vector<std::pair<std::string, NtfsReference>> entries;
  std::vector<std::uint64_t> below;
};
NtfsIndexNode parse_ntfs_index_node(std::string_view node);

}  // namespace smx::vm
