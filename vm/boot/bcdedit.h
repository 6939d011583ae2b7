#pragma once

#include <string>
#include <string_view>

#include "harness/core/types.h"
#include "vm/guest/guest_channel.h"

namespace smx::vm {

/// Windows' own editor of the boot configuration, run in the guest (bcdedit.exe; needs administrative
/// credentials, which the guest agent's LocalSystem has). Its output is in the system's language: only exit
/// codes and the identifier in braces are read. Every function blocks and throws Error(guest) with what
/// bcdedit said when it refuses or cannot be run.
class BcdEdit {
 public:
  explicit BcdEdit(GuestChannel& channel) : channel_(channel) {}

  /// Copies the entry that the system booted from; gives the copy's identifier, "{…}".
  std::string copy_current(const std::string& description);
  /// Sets an option of an entry ("{current}", "{…}"): "safeboot" to "network", "bootlog" to "yes".
  void set(const std::string& entry, const std::string& option, const std::string& value);
  /// The next start uses this entry, and the one after it the default again (`/bootsequence`).
  void boot_once(const std::string& entry);
  void remove(const std::string& entry);

 private:
  std::string run(std::vector<std::string> arguments);
  GuestChannel& channel_;
};

/// The one identifier "{xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx}" in a text; empty when there is none, or more
/// than one.
std::string only_identifier(std::string_view text);

/// Makes the next start, and only that one, a start into `mode`: a copy of the running entry with `safeboot`,
/// the alternate shell for the command prompt, and a boot log, chosen once. Whatever ends that start, the one
/// after it is normal again. A copy that could not be completed is removed. `mode` is not normal. Throws as
/// BcdEdit does.
void choose_safe_mode_once(GuestChannel& channel, BootMode mode);

/// Asks Windows to restart at once (shutdown.exe). Whether it does shows when its agent leaves; an agent that
/// is gone before it has answered is as good. Throws Error(guest) when shutdown.exe refuses.
void restart_windows(GuestChannel& channel);
/// The same for a shutdown; fast startup does not come into it (`/s`, not `/hybrid`).
void shut_windows_down(GuestChannel& channel);

}  // namespace smx::vm
