#include <optional>

#include "harness/core/little_endian.h"
#include "vm/disk/ntfs_volume.h"

namespace smx::vm {
namespace {

constexpr std::uint64_t kPage = 4096;

struct Restart {
  std::uint64_t lsn = 0;  ///< the newest record that it knows; the greater one's page counts
  bool clean = false;
};

/// A restart page: "RSTR", 24 the restart area's offset. The area: 0 LSN, 12 the list of clients that use the
/// log (ffff: none), 14 flags (2: the volume was unmounted). Nothing for a page that never was one.
std::optional<Restart> parse_restart(std::string page) {
  if (page.find_first_not_of('\xff') == std::string::npos) return {};
  undo_ntfs_fixups(page, "RSTR");
  const std::size_t area = le16(page, 24);
  if (!holds(page, area, 16)) ntfs_damaged("its log's restart page is cut off");
  return Restart{le64(page, area), le16(page, area + 12) == 0xffff || (le16(page, area + 14) & 2) != 0};
}

}  // namespace

/// Fresh from mkntfs or after a check, a log is all ff: there is nothing to carry out.
bool NtfsVolume::log_is_clean() {
  const auto where = content(kLog);
  std::optional<Restart> newest;
  for (std::uint64_t page = 0; page < 2; ++page) {
    if (where.size < (page + 1) * kPage) break;
    const auto restart = parse_restart(bytes_of(where, page * kPage, kPage));
    if (restart && (!newest || restart->lsn > newest->lsn)) newest = restart;
  }
  return !newest || newest->clean;
}

}  // namespace smx::vm
