#include <set>

#include "harness/core/error.h"
#include "harness/core/little_endian.h"
#include "harness/core/utf16.h"
#include "vm/disk/ntfs_volume.h"

namespace smx::vm {
namespace {

constexpr std::size_t kNodeAt = 24;  ///< of an index record: behind its own header
constexpr std::uint64_t kLargestRecord = 64u << 10;

}  // namespace

/// A node: 0 first entry's offset  4 bytes used  12 flags. An entry: 0 reference  8 its length  10 key's
/// length  12 flags (1: has a subnode, whose number is in its last 8 bytes; 2: the last one, without a key)
/// 16 key: 64 name's length in characters, 65 its kind (2: a DOS name), 66 the name
NtfsIndexNode parse_ntfs_index_node(std::string_view node) {
  NtfsIndexNode result;
  const std::size_t used = le32(node, 4);
  if (node.size() < 16 || used > node.size()) ntfs_damaged("a folder's node is cut off");
  for (std::size_t at = le32(node, 0);;) {
    const auto rest = node.substr(0, used).substr(std::min(at, used));
    const std::size_t length = le16(rest, 8), key = le16(rest, 10);
    const auto flags = le16(rest, 12);
    if (rest.size() < 16 || length < 16 || length > rest.size() || length % 8 != 0 || key > length - 16)
      ntfs_damaged("a folder's entry has no length that can be");
    if (flags & 1) {
      if (length < 24) ntfs_damaged("a folder's entry has no place for its subnode");
      result.below.push_back(le64(rest, length - 8));
    }
    if (flags & 2) return result;
    const auto name = rest.substr(16, key);
    const auto name_size = std::size_t{le8(name, 64)} * 2;
    if (!holds(name, 66, name_size)) ntfs_damaged("a folder's entry has no sound name");
    if (le8(name, 65) != 2)
      result.entries.emplace_back(utf8_from_utf16(name.substr(66, name_size)), ntfs_reference(le64(rest, 0)));
    at += length;
  }
}

/// The tree is walked whole: the order of its names is that of the volume's own table of capitals, and the
/// folders that matter are small. $INDEX_ROOT: 8 bytes of an index record, 16 its node. A record that is not
/// in the tree may hold what is long gone, so they are not read one by one.
std::vector<std::pair<std::string, NtfsVolume::File>> NtfsVolume::entries(File folder) {
  const auto root = stream(folder, NtfsAttribute::kIndexRoot, "$I30");
  if (!root || !root->value || root->value->size() < 32) ntfs_damaged("a folder has no index");
  const std::uint64_t size = le32(*root->value, 8);
  if (size < 512 || size > kLargestRecord || size % 512 != 0)
    ntfs_damaged("a folder's index has no sound size");
  const auto unit = size < cluster_ ? 512 : cluster_;  // of subnodes' numbers
  const auto more = stream(folder, NtfsAttribute::kIndexAllocation, "$I30");
  std::vector<std::pair<std::string, File>> found;
  std::set<std::uint64_t> seen;
  auto node = parse_ntfs_index_node(std::string_view(*root->value).substr(16));
  std::vector<std::uint64_t> open;
  for (;;) {
    for (auto& [name, reference] : node.entries) found.emplace_back(std::move(name), reference.number);
    if (found.size() > kMostEntries)
      throw Error(ErrorKind::usage, "a folder of the image's NTFS volume has more entries than are read");
    open.insert(open.end(), node.below.begin(), node.below.end());
    if (open.empty()) return found;
    const auto number = open.back();
    open.pop_back();
    if (!more || number > more->size / unit || !seen.insert(number).second)
      ntfs_damaged("a folder's index is not a tree");
    auto record = bytes_of(*more, number * unit, size);
    undo_ntfs_fixups(record, "INDX");
    node = parse_ntfs_index_node(std::string_view(record).substr(kNodeAt));
  }
}

}  // namespace smx::vm
