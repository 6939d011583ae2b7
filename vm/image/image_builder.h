#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "harness/core/cancel.h"
#include "harness/core/time_types.h"
#include "vm/image/build_lock.h"
#include "vm/image/guest_files.h"
#include "vm/image/guest_tree.h"
#include "vm/image/image_store.h"

namespace smx::vm {

/// What an image is made of, beside what all of them have: this machine's kernel, the initramfs, init and its
/// services (vm/image/guest).
struct ImageRecipe {
  std::string name;                       ///< its folder in the store, and its disk's label (16 bytes)
  std::string release{};                  ///< Debian's, of the packages below; empty: this machine's
  std::vector<std::string> packages;      ///< Debian's; all that they need comes with them
  std::vector<std::string> not_needed;    ///< what those ask for and this guest does not
  std::vector<std::string> disk_modules;  ///< of the kernel, for services; each after those that it needs
  TreeShape shape{};                      ///< what is done to the unpacked packages
  unsigned disk_mib = 512;                ///< as the guest sees it
  unsigned unpacked_mib = 188;            ///< what building takes on this host beside that
  std::vector<GuestFile> files{};         ///< the guest's own, beside what all have or instead
  std::filesystem::path additions;        ///< a folder copied over everything else; empty: none
  /// How long the boot may take in which the image finishes itself (/usr/lib/prepare); 0: there is none.
  Milliseconds prepare_limit{0};

  /// Bytes on this host while it is built.
  std::uintmax_t space_needed() const { return (std::uintmax_t{disk_mib} + unpacked_mib) << 20; }
};

/// All that decides what becomes of the packages, the additions' contents included: part of an image's key.
std::string recipe_text(const ImageRecipe& recipe);

/// Where and how it is built.
struct ImageBuild {
  std::filesystem::path packages;  ///< apt's private folder; downloads stay there for the next build
  Progress progress = [](const std::string&) {};
};

struct BuiltImage {
  Image image;
  bool reused = false;  ///< its key was there already; nothing was built
};

/// Builds an image from Debian packages.
///
///   apt: resolve ── key ──(there already?)──> the image as it is
///                    │
///                    └─> download ─> vmlinux, modules ─> initrd ─> disk ─> disk.qcow2 ─> manifest ─> rename
///                                                                  │ ^
///                                             (finishes itself?)  boot
///
/// The key is made of the packages, the guest's files and the recipe with the contents of its additions.
/// Blocks: some seconds when the packages are here, and as long as a boot takes when the image finishes
/// itself. Needs no root. Two builds at once wait for each other.
/// `now` goes into the manifest. Throws Error(environment) with the way out (no network, no space, a missing
/// program), Cancelled; the store then is as it was.
BuiltImage build_image(const ImageStore& store, const ImageRecipe& recipe, const ImageBuild& build,
                       TimePoint now, const CancelToken& cancel);

}  // namespace smx::vm
