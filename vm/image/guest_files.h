#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace smx::vm {

/// One of the reference guest's own files (vm/image/guest), compiled into the program.
struct GuestFile {
  std::string path;  ///< relative: "etc/services.d/pcscd"
  std::string content;
  bool executable() const { return content.starts_with("#!"); }
};

/// All of them, sorted by path. Those below "initramfs/" belong into the initramfs, the others onto the disk.
const std::vector<GuestFile>& guest_files();

/// The initramfs' /init.
const GuestFile& guest_initramfs_init();

/// Writes the disk's files below `root`, folders included. Throws Error(environment).
void write_guest_files(const std::filesystem::path& root);

/// A file for a build: no fsync, because a build that is cut off is thrown away whole.
void write_build_file(const std::filesystem::path& path, std::string_view bytes, bool executable = false);

}  // namespace smx::vm
