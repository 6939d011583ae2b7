#pragma once

#include <filesystem>

#include "harness/core/cancel.h"
#include "harness/core/time_types.h"

namespace smx::vm {

/// The boot of a half-built image in which it finishes itself: its init runs /usr/lib/prepare and nothing
/// else. What that makes, it writes as a tar archive onto the guest's second disk.
struct PreparingBoot {
  std::filesystem::path kernel, initrd;
  std::filesystem::path disk;    ///< raw; written to
  std::filesystem::path work;    ///< a folder for the second disk and the console's log
  std::filesystem::path result;  ///< a folder into which the archive is unpacked
  Milliseconds limit;            ///< from start to end
};

/// Boots it under QEMU without acceleration (which every host has, and is fast enough for something that is
/// done once) and without network. Blocks until it has ended. Needs no root. Throws Error(environment) with
/// the end of its console when the guest does not say that it is done, does not end in time, or QEMU is not
/// there; Cancelled.
void boot_to_prepare(const PreparingBoot& boot, const CancelToken& cancel);

}  // namespace smx::vm
