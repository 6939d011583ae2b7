#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "harness/core/cancel.h"

namespace smx::vm {

/// Unpacks the kernel package's vmlinuz and modules below `into` (boot/vmlinuz-*, lib/modules/*). Throws
/// Error(environment), Cancelled.
void unpack_kernel_package(const std::filesystem::path& deb, const std::filesystem::path& into,
                           const std::vector<std::string>& modules, const CancelToken& cancel);

/// What the disk is made of.
struct GuestTree {
  std::string label;                             ///< of the file system; 16 bytes at most
  unsigned disk_mib = 512;                       ///< its size
  std::vector<std::filesystem::path> packages;   ///< .deb files, unpacked in this order
  std::vector<std::filesystem::path> additions;  ///< folders copied over them, in this order
  std::filesystem::path scratch;                 ///< a folder that is not there yet, for the unpacked tree
  std::filesystem::path disk;                    ///< the raw ext4 file system to be made
};

/// Makes the disk: packages without documentation, busybox' commands, the additions; everything owned by root
/// although nobody here is: under fakeroot, unless this process is root. Throws Error(environment),
/// Cancelled.
void make_guest_disk(const GuestTree& tree, const CancelToken& cancel);

/// What `make_guest_disk` does, as text: part of an image's key.
std::string guest_disk_recipe();

/// The raw disk as qcow2. Throws Error(environment), Cancelled.
void convert_to_qcow2(const std::filesystem::path& raw, const std::filesystem::path& qcow2,
                      const CancelToken& cancel);

}  // namespace smx::vm
