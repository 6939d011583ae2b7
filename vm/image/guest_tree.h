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

/// What is done to the unpacked packages, where that is more than what is done to all.
struct TreeShape {
  std::string script;                 ///< for sh, in the tree's root; empty: nothing
  std::vector<std::string> programs;  ///< what it needs of this host: "program=package"
};

/// Throws Error(environment) when this host lacks a program that the script needs, naming its package.
void check_programs(const TreeShape& shape);

/// Unpacks .deb files, in this order, into `tree`, which is not there yet: without documentation, with /bin,
/// /sbin and /lib as links into /usr, and in `shape`. Needs no root. Throws Error(environment), Cancelled.
void unpack_guest_tree(const std::vector<std::filesystem::path>& packages, const TreeShape& shape,
                       const std::filesystem::path& tree, const CancelToken& cancel);

/// What the disk is made of.
struct GuestDisk {
  std::string label;                             ///< of the file system; 16 bytes at most
  unsigned mib = 512;                            ///< its size
  std::filesystem::path tree;                    ///< of `unpack_guest_tree`; it is added to
  std::vector<std::filesystem::path> additions;  ///< folders copied over it, in this order
  std::filesystem::path disk;                    ///< the raw ext4 file system to be made; replaced
};

/// Makes the disk: the tree, busybox' commands, the additions; everything owned by root: under
/// fakeroot, unless this process is root. Can be asked again with more additions. Throws
/// Error(environment), Cancelled.
void make_guest_disk(const GuestDisk& disk, const CancelToken& cancel);

/// What these two do, as text: part of an image's key.
std::string guest_disk_recipe();

/// The raw disk as qcow2. Throws Error(environment), Cancelled.
void convert_to_qcow2(const std::filesystem::path& raw, const std::filesystem::path& qcow2,
                      const CancelToken& cancel);

}  // namespace smx::vm
