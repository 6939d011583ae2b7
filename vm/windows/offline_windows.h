#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "harness/core/cancel.h"
#include "harness/core/types.h"
#include "harness/core/windows_inspection.h"
#include "vm/registry/bcd.h"

namespace smx::vm {

/// The Windows in a qcow2 image, while no machine runs from it.
///
///   image ── qemu-nbd ── partition table ┬─ boot partition (GPT: the EFI one, MBR: the active one)
///                                        │    \EFI\Microsoft\Boot\BCD, \Boot\BCD
///                                        └─ the first NTFS volume with \Windows\System32\config\SYSTEM
///
/// Needs no root and mounts nothing. The image's contents are untrusted. QEMU's lock on the image is
/// held for as long as this lives. Not thread-safe; every function blocks and throws Error(usage), naming
/// the image and the way out, for what is damaged, unknown or refused; Error(environment) when a program is
/// missing; Cancelled.
class OfflineWindows {
 public:
  enum class Access {
    read,
    write,  ///< overlays only: golden images are never changed
  };

  /// Finds its parts. Refuses: no qcow2 image, one that a machine runs from, a disk of an unknown layout, a
  /// Windows volume under BitLocker, and for writing an image without a backing file. `cancel` outlives this.
  OfflineWindows(const std::filesystem::path& image, Access access, const CancelToken& cancel);
  ~OfflineWindows();

  /// Some 100 ms and the time to read two hives. The registry of an image whose machine was ended hard is
  /// read as it is, with a warning.
  WindowsInspection inspect(const std::vector<std::string>& services);
  BootEntry boot_entry();

  /// Changes the boot entry's store by `change`, which says whether it changed anything; so does this.
  /// Refuses, with nothing done: a Windows that is hibernated or would hibernate when it is shut down (fast
  /// startup), for its next start would not look at the store; a boot volume with an unfinished log; a store
  /// that was not written to its end. What was written is read back before this returns, and durable.
  bool change_boot_entry(const std::function<bool(Bcd&)>& change);
  bool set_mode(BootMode mode);

  /// A file of the Windows volume ("\\Windows\\ntbtlog.txt"), at most `limit` bytes; nothing when it is not
  /// there.
  std::optional<std::string> read_file(const std::string& path, std::uint64_t limit);

 private:
  struct Parts;
  Bcd store();
  void refuse_hibernated();

  std::filesystem::path image_;
  std::unique_ptr<Parts> parts_;
};

}  // namespace smx::vm
