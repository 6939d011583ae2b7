#include "vm/image/cpio_archive.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <iterator>
#include <utility>

namespace smx::vm {

void CpioArchive::add_folder(std::string_view path) {
  add(path, S_IFDIR | 0755u, "");
}

void CpioArchive::add_file(std::string_view path, std::string_view bytes, bool executable) {
  add(path, S_IFREG | (executable ? 0755u : 0644u), bytes);
}

void CpioArchive::add_link(std::string_view path, std::string_view target) {
  add(path, S_IFLNK | 0777u, target);
}

std::string CpioArchive::finish() {
  add("TRAILER!!!", 0, "");
  return std::move(out_);
}

void CpioArchive::add(std::string_view path, unsigned mode, std::string_view bytes) {
  const auto pad = [this] { out_.append((4 - out_.size() % 4) % 4, '\0'); };
  // magic, then 8 hex digits each: inode, mode, uid, gid, links, mtime, size, device (2), rdev (2),
  // length of the name with its NUL, checksum (0 in this format)
  fmt::format_to(std::back_inserter(out_),
                 "070701{:08x}{:08x}{:08x}{:08x}{:08x}{:08x}{:08x}{:08x}{:08x}{:08x}{:08x}{:08x}{:08x}",
                 ++inode_, mode, 0, 0, 1, 0, bytes.size(), 0, 0, 0, 0, path.size() + 1, 0);
  out_.append(path).push_back('\0');
  pad();
  out_.append(bytes);
  pad();
}

}  // namespace smx::vm
