#include "vm/disk/ntfs_volume.h"

#include <fmt/format.h>

#include <algorithm>

#include "harness/core/error.h"
#include "harness/core/little_endian.h"
#include "harness/core/utf16.h"

namespace smx::vm {
namespace {

constexpr std::uint64_t kLargestCluster = 2u << 20;
constexpr std::size_t kReadBlock = 4096, kMostDepth = 32;

bool power_of_two(std::uint64_t n) {
  return n != 0 && (n & (n - 1)) == 0;
}

bool boot_sector_says(BlockDevice& partition, std::string_view id) {
  return partition.size() >= 512 && read_bytes(partition, 3, id.size()) == id;
}

/// Sectors up to 128 are a number, more are 2 to the power of 256 - n.
std::uint64_t sectors_a_cluster(std::uint8_t n) {
  return n <= 128 ? n : 256 - n > 12 ? 0 : 1ull << (256 - n);
}

}  // namespace

bool NtfsVolume::is_ntfs(BlockDevice& partition) {
  return boot_sector_says(partition, "NTFS    ");
}

bool NtfsVolume::is_bitlocker(BlockDevice& partition) {
  return boot_sector_says(partition, "-FVE-FS-");
}

NtfsVolume::NtfsVolume(BlockDevice& partition) : device_(&partition) {
  if (!is_ntfs(partition)) ntfs_damaged("it has no NTFS boot sector");
  const auto sector = read_bytes(partition, 0, 512);
  const std::uint64_t sector_size = le16(sector, 11);
  cluster_ = sector_size * sectors_a_cluster(le8(sector, 13));
  const auto records = static_cast<std::int8_t>(le8(sector, 64));
  record_size_ = records > 0                     ? static_cast<std::uint64_t>(records) * cluster_
                 : records < -8 && records > -17 ? 1ull << -records
                                                 : 0;
  if (sector_size < 512 || !power_of_two(cluster_) || cluster_ > kLargestCluster ||
      !power_of_two(record_size_) || record_size_ < 512 || record_size_ > 65536)
    ntfs_damaged("its boot sector has impossible sizes");
  const auto first = le64(sector, 48);
  if (first > partition.size() / cluster_) ntfs_damaged("its file table is outside of it");
  // Record 0 tells where the table is, itself included; so far only its beginning is known.
  table_.size = table_.initialized = record_size_;
  table_.runs = {{0, (record_size_ + cluster_ - 1) / cluster_, first}};
  complete_file_table(record(0));
}

/// The table's own first piece is in record 0; its others, when it has many pieces, lie within those before.
void NtfsVolume::complete_file_table(const NtfsRecord& self) {
  for (const auto& a : self.attributes)
    if (a.type == NtfsAttribute::kData && a.name.empty() && !a.value) {
      table_.runs = a.runs;
      table_.size = a.size;
      table_.initialized = std::min(a.size, a.initialized);
    }
  const auto whole = stream(0, NtfsAttribute::kData, "");
  if (!whole || whole->value) ntfs_damaged("its file table has no place");
  table_ = *whole;
}

NtfsRecord NtfsVolume::record(File number, std::optional<std::uint16_t> sequence) {
  if (number >= table_.size / record_size_) ntfs_damaged(fmt::format("there is no file record {}", number));
  auto found = parse_ntfs_record(bytes_of(table_, number * record_size_, record_size_));
  if (!found.in_use || (sequence && *sequence != found.sequence))
    ntfs_damaged(fmt::format("file record {} is another file's by now", number));
  return found;
}

bool NtfsVolume::is_there(File number) {
  if (number >= table_.size / record_size_) return false;
  const auto bytes = bytes_of(table_, number * record_size_, record_size_);
  return bytes.starts_with("FILE") && parse_ntfs_record(bytes).in_use;
}

void NtfsVolume::read_at(const NtfsStream& stream, std::uint64_t offset, std::span<char> into) {
  check_range(offset, into.size(), stream.size);
  std::fill(into.begin(), into.end(), '\0');
  if (stream.value) {
    stream.value->copy(into.data(), into.size(), offset);
    return;
  }
  const auto end = std::min(offset + into.size(), stream.initialized);
  for (const auto& run : stream.runs) {
    const auto from = std::max(offset, run.vcn * cluster_);
    const auto to = std::min(end, (run.vcn + run.length) * cluster_);
    if (from >= to || !run.lcn) continue;
    device_->read(*run.lcn * cluster_ + (from - run.vcn * cluster_), into.subspan(from - offset, to - from));
  }
}

std::string NtfsVolume::bytes_of(const NtfsStream& stream, std::uint64_t offset, std::uint64_t length) {
  check_range(offset, length, stream.size);
  // A sparse stream may say that it is larger than any memory.
  if (length > (512u << 20)) ntfs_damaged("something of it is larger than it can be");
  std::string bytes(length, '\0');
  read_at(stream, offset, bytes);
  return bytes;
}

std::optional<NtfsVolume::File> NtfsVolume::find(std::string_view path) {
  File at = kRoot;
  for (std::size_t depth = 0; !path.empty(); ++depth) {
    if (depth > kMostDepth) throw Error(ErrorKind::internal, "a path with too many parts");
    if (path.front() == '\\') path.remove_prefix(1);
    const auto part = path.substr(0, path.find('\\'));
    path.remove_prefix(part.size());
    const auto list = entries(at);
    const auto it = std::find_if(list.begin(), list.end(),
                                 [&](const auto& entry) { return same_name(entry.first, part); });
    if (it == list.end()) return {};
    at = it->second;
  }
  return at;
}

NtfsStream NtfsVolume::content(File file) {
  auto found = stream(file, NtfsAttribute::kData, "");
  if (!found) ntfs_damaged("a file that is needed is a folder");
  return *found;
}

std::uint64_t NtfsVolume::size_of(File file) {
  return content(file).size;
}

std::string NtfsVolume::read(File file, std::uint64_t limit) {
  const auto where = content(file);
  if (where.size > limit)
    throw Error(ErrorKind::usage,
                fmt::format("a file that is needed has {} bytes; at most {} are read", where.size, limit));
  return bytes_of(where, 0, where.size);
}

std::string NtfsVolume::beginning(File file, std::size_t count) {
  const auto where = content(file);
  return bytes_of(where, 0, std::min<std::uint64_t>(count, where.size));
}

bool NtfsVolume::overwrite(File file, std::string_view bytes) {
  const auto where = content(file);
  const bool on_disk = !where.value && std::all_of(where.runs.begin(), where.runs.end(),
                                                   [](const NtfsRun& run) { return run.lcn.has_value(); });
  if (!on_disk || where.size != bytes.size() || where.initialized != where.size) return false;
  const auto now = bytes_of(where, 0, where.size);
  for (const auto& run : where.runs) {
    const auto end = std::min<std::uint64_t>(bytes.size(), (run.vcn + run.length) * cluster_);
    for (auto at = run.vcn * cluster_; at < end;) {
      const auto length = std::min<std::uint64_t>(kReadBlock - at % kReadBlock, end - at);
      const auto block = bytes.substr(at, length);
      if (now.compare(at, length, block) != 0)
        device_->write(*run.lcn * cluster_ + (at - run.vcn * cluster_), block);
      at += length;
    }
  }
  return true;
}

bool NtfsVolume::dirty() {
  for (const auto& a : attributes(kVolume))
    if (a.type == NtfsAttribute::kVolumeInformation && a.value) return le16(*a.value, 10) & 1;
  ntfs_damaged("it says nothing of itself");
}

}  // namespace smx::vm
