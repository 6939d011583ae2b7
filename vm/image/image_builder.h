#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "harness/core/cancel.h"
#include "harness/core/model.h"
#include "vm/image/build_lock.h"
#include "vm/image/image_store.h"

namespace smx::vm {

/// What an image is made of, beside what all of them have: the kernel, the initramfs, init and its services
/// (vm/image/guest).
struct ImageRecipe {
  std::string name;                       ///< its folder in the store, and its disk's label (16 bytes)
  std::vector<std::string> packages;      ///< Debian's; all that they need comes with them
  std::vector<std::string> not_needed;    ///< what those ask for and this guest does not
  std::vector<std::string> disk_modules;  ///< of the kernel, for services; each after those that it needs
  unsigned disk_mib = 512;                ///< as the guest sees it
  std::filesystem::path additions;        ///< a folder copied over everything else; empty: none

  /// Bytes on this host while it is built.
  std::uintmax_t space_needed() const { return (disk_mib + 188ull) << 20; }
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
///                    └─> download ─> vmlinux, modules ─> initrd ─> disk.qcow2 ─> manifest ─> rename
///
/// The key is made of the packages, the guest's files and the recipe with the contents of its additions.
/// Blocks: some seconds when the packages are here. Needs no root. Two builds at once wait for each other.
/// `now` goes into the manifest. Throws Error(environment) with the way out (no network, no space, a missing
/// program), Cancelled; the store then is as it was.
BuiltImage build_image(const ImageStore& store, const ImageRecipe& recipe, const ImageBuild& build,
                       TimePoint now, const CancelToken& cancel);

}  // namespace smx::vm
