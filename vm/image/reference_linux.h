#pragma once

#include "harness/core/cancel.h"
#include "harness/core/model.h"
#include "vm/image/build_lock.h"
#include "vm/image/image_store.h"

namespace smx::vm {

/// Builds the reference guest `reference-linux` from Debian packages (docs/reference-guest.md).
///
///   apt: resolve ── key ──(there already?)──> the image as it is
///                    │
///                    └─> download ─> vmlinux, modules ─> initrd ─> disk.qcow2 ─> manifest ─> rename
struct ReferenceLinuxBuild {
  std::filesystem::path packages;  ///< apt's private folder; downloads stay there for the next build
  Progress progress = [](const std::string&) {};
};

struct BuiltImage {
  Image image;
  bool reused = false;  ///< its key was there already; nothing was built
};

/// Blocks: some seconds when the packages are here. Needs no root. Two builds at once wait for each other.
/// `now` goes into the manifest. Throws Error(environment) with the way out (no network, no space, a missing
/// program), Cancelled; the store then is as it was.
BuiltImage build_reference_linux(const ImageStore& store, const ReferenceLinuxBuild& build, TimePoint now,
                                 const CancelToken& cancel);

/// The same in this user's cache, with the present time.
BuiltImage build_reference_linux(const Progress& progress, const CancelToken& cancel);

}  // namespace smx::vm
