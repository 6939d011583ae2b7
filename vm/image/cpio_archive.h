#pragma once

#include <string>
#include <string_view>

namespace smx::vm {

/// Writes an initramfs: a cpio archive in the "new ASCII" format that the kernel unpacks (Linux,
/// Documentation/driver-api/early-userspace/buffer-format.rst). Everything belongs to root and carries no
/// time, so equal content gives equal bytes. Folders come before what is in them; paths are relative.
class CpioArchive {
 public:
  void add_folder(std::string_view path);
  void add_file(std::string_view path, std::string_view bytes, bool executable = false);
  void add_link(std::string_view path, std::string_view target);
  /// The archive with its end mark; call once.
  std::string finish();

 private:
  void add(std::string_view path, unsigned mode, std::string_view bytes);

  std::string out_;
  unsigned inode_ = 0;
};

}  // namespace smx::vm
