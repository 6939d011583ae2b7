#include "harness/core/little_endian.h"
#include "vm/disk/ntfs_record.h"

namespace smx::vm {
namespace {

constexpr std::uint64_t kMostClusters = 1ull << 40;

std::uint64_t number(std::string_view bytes) {
  std::uint64_t n = 0;
  for (auto i = bytes.size(); i-- > 0;) n = n << 8 | le8(bytes, i);
  return n;
}

/// The same, with its highest bit as a sign.
std::int64_t signed_number(std::string_view bytes) {
  const auto unused = static_cast<int>(8 * (8 - bytes.size()));
  return static_cast<std::int64_t>(number(bytes) << unused) >> unused;
}

}  // namespace

std::vector<NtfsRun> parse_ntfs_runs(std::string_view bytes, std::uint64_t first) {
  std::vector<NtfsRun> runs;
  std::uint64_t vcn = first;
  std::int64_t lcn = 0;
  if (first > kMostClusters) ntfs_damaged("a file's runs begin nowhere");
  while (!bytes.empty() && bytes[0] != 0) {
    const std::size_t lengths = le8(bytes, 0), of_length = lengths & 15, of_distance = lengths >> 4;
    if (of_length == 0 || of_length > 8 || of_distance > 8 || bytes.size() - 1 < of_length + of_distance)
      ntfs_damaged("a file's runs are cut off");
    NtfsRun run{vcn, number(bytes.substr(1, of_length)), {}};
    if (run.length == 0 || run.length > kMostClusters || vcn + run.length > kMostClusters)
      ntfs_damaged("a file's run has no length that can be");
    if (of_distance != 0) {
      const auto distance = signed_number(bytes.substr(1 + of_length, of_distance));
      constexpr auto kFarthest = static_cast<std::int64_t>(kMostClusters);
      if (distance > kFarthest || distance < -kFarthest || lcn + distance < 0 || lcn + distance > kFarthest)
        ntfs_damaged("a file's run is outside of the volume");
      lcn += distance;
      run.lcn = static_cast<std::uint64_t>(lcn);
    }
    vcn += run.length;
    runs.push_back(run);
    bytes.remove_prefix(1 + of_length + of_distance);
  }
  return runs;
}

}  // namespace smx::vm
