#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace smx::vm {

/// A file of a guest's own, compiled into the program.
struct GuestFile {
  std::string path;  ///< relative: "etc/services.d/pcscd"
  std::string content;
  bool executable() const { return content.starts_with("#!"); }
};

/// What every guest has (vm/image/guest), sorted by path. Those below "initramfs/" belong into the initramfs,
/// the others onto the disk.
const std::vector<GuestFile>& guest_files();

/// What the guest with Wine has beside that, or instead (vm/image/wine), sorted by path.
const std::vector<GuestFile>& wine_files();

/// The initramfs' /init.
const GuestFile& guest_initramfs_init();

/// Writes those of `files` that belong onto the disk below `root`, folders included; what is there is
/// replaced. Throws Error(environment).
void write_guest_files(const std::vector<GuestFile>& files, const std::filesystem::path& root);

/// A file for a build: no fsync, because a build that is cut off is thrown away whole.
void write_build_file(const std::filesystem::path& path, std::string_view bytes, bool executable = false);

}  // namespace smx::vm
