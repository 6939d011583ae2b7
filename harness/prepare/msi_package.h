#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "vm/guest/guest_channel.h"

namespace smx::prepare {

enum class MsiEnd {
  installed,
  wants_restart,  ///< before the package is in use
  restarts,       ///< the package has begun it, though it was asked not to
};

/// Installs `msi`, a path in the guest, by Windows Installer: silently. Whatever comes of it, `log` gets
/// Windows Installer's log (at most 1 MiB, untrusted) where there is one. Blocks for minutes. Throws
/// Error(guest) that says in words why it was refused.
MsiEnd install_msi(vm::GuestChannel& channel, const std::string& msi, std::string& log);

/// What an inventory says of drivers, without what changes by itself: devices that run by a driver which is
/// not Windows' own, the hashes of files, and the table of cards. Untrusted JSON; for comparison only.
nlohmann::json drivers_in(const nlohmann::json& inventory);

}  // namespace smx::prepare
