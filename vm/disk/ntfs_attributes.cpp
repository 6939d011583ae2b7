#include <algorithm>
#include <set>

#include "harness/core/error.h"
#include "harness/core/little_endian.h"
#include "vm/disk/ntfs_volume.h"

// How a file's attributes are put together: one that does not fit a file record goes on in others, which an
// attribute list names.

namespace smx::vm {
namespace {

/// The records that a list names. An entry: 0 type  4 its length  8 first vcn  16 record
std::vector<NtfsReference> records_of(std::string_view list) {
  std::vector<NtfsReference> records;
  std::set<std::uint64_t> seen;
  while (list.size() >= 26) {
    const auto length = le16(list, 4);
    if (length < 26 || length > list.size()) ntfs_damaged("an attribute list is cut off");
    const auto reference = ntfs_reference(le64(list, 16));
    if (seen.insert(reference.number).second) records.push_back(reference);
    list.remove_prefix(length);
  }
  return records;
}

bool same_attribute(const NtfsAttribute& a, const NtfsAttribute& b) {
  return a.type == b.type && a.name == b.name;
}

}  // namespace

/// Joins the pieces of one attribute, which `pieces` has in the order of their runs from `first` on.
NtfsStream NtfsVolume::join(const std::vector<NtfsAttribute>& pieces, std::size_t first) const {
  const auto& head = pieces[first];
  NtfsStream stream{head.size, std::min(head.size, head.initialized), head.value, {}};
  if (head.value) return stream;
  std::uint64_t next = 0;
  for (auto i = first; i < pieces.size() && same_attribute(pieces[i], head); ++i) {
    for (const auto& run : pieces[i].runs) {
      if (run.vcn != next) ntfs_damaged("a file's runs have a gap");
      if (run.lcn &&
          (*run.lcn > device_->size() / cluster_ || run.length > device_->size() / cluster_ - *run.lcn))
        ntfs_damaged("a file's run is outside of the volume");
      next = run.vcn + run.length;
      stream.runs.push_back(run);
    }
  }
  if (next < stream.size / cluster_ + (stream.size % cluster_ != 0))
    ntfs_damaged("a file ends before its size");
  return stream;
}

std::vector<NtfsAttribute> NtfsVolume::attributes(File file) {
  auto all = record(file).attributes;
  const auto list = std::find_if(all.begin(), all.end(),
                                 [](const NtfsAttribute& a) { return a.type == NtfsAttribute::kList; });
  if (list != all.end()) {
    const auto where = join(all, static_cast<std::size_t>(list - all.begin()));
    if (where.size > kMostList) ntfs_damaged("an attribute list is larger than it can be");
    for (const auto& reference : records_of(bytes_of(where, 0, where.size))) {
      if (reference.number == file) continue;
      auto more = record(reference.number, reference.sequence);
      if (more.base != file) ntfs_damaged("a file continues in another file's record");
      std::move(more.attributes.begin(), more.attributes.end(), std::back_inserter(all));
    }
  }
  std::stable_sort(all.begin(), all.end(), [](const NtfsAttribute& a, const NtfsAttribute& b) {
    return std::tie(a.type, a.name, a.first) < std::tie(b.type, b.name, b.first);
  });
  return all;
}

std::vector<std::pair<NtfsAttribute, NtfsStream>> NtfsVolume::streams(File file) {
  const auto all = attributes(file);
  std::vector<std::pair<NtfsAttribute, NtfsStream>> streams;
  for (std::size_t i = 0; i < all.size(); ++i)
    if (i == 0 || !same_attribute(all[i - 1], all[i])) streams.emplace_back(all[i], join(all, i));
  return streams;
}

std::optional<NtfsStream> NtfsVolume::stream(File file, std::uint32_t type, const std::string& name) {
  const auto all = attributes(file);
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (all[i].type != type || all[i].name != name) continue;
    if (all[i].compressed)
      throw Error(ErrorKind::usage,
                  "a file that is needed is compressed by NTFS, which this program does not "
                  "read; undo it in the guest (compact /u)");
    if (all[i].encrypted)
      throw Error(ErrorKind::usage,
                  "a file that is needed is encrypted by NTFS; undo it in the guest "
                  "(cipher /d)");
    return join(all, i);
  }
  return {};
}

}  // namespace smx::vm
