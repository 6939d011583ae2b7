#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "harness/core/model/matrix.h"
#include "harness/prepare/maintenance.h"

namespace smx::prepare {

/// What a run changes in a Windows before its scenarios.
struct GuestSettings {
  std::vector<DriverPackage> drivers;
  bool plug_and_play = true;  ///< the policy EnableScPnP
  std::string windows;        ///< the guest's version, "10.0.19045": pnputil's arguments depend on it
  bool nothing() const { return drivers.empty() && plug_and_play; }
};

/// A hash over everything that the settings put into the guest: the same key, the same drivers. Empty for
/// none. Throws Error(usage) for a package that cannot be read, or is larger than 64 MiB or 256 files.
std::string settings_key(const GuestSettings& settings);

/// The version in an INF file's line `DriverVer = date, version` (UTF-8, or UTF-16 with a byte order mark);
/// empty when it has none.
std::string driver_version(std::string_view inf);

/// What the guest says of its change, by name: "layer-inventory.json", "layer-msi-1.log". Untrusted, at most
/// 1 MiB each.
using LayerEvidence = std::map<std::string, std::string>;

/// Starts the Windows in `layer`, a fresh overlay that nothing else uses, and changes it:
///
///   publisher's certificate -> TrustedPublisher (and Root when it is self-signed) ── pnputil, or
///   msiexec and the restart that it wants ── policy ── inventory
///
/// A package that no smart card reader or card device uses afterwards is an Error(guest): what would be
/// tested is another driver. So is an MSI, whose versions are not known before, that changes nothing in
/// the inventory. Blocks for minutes; no machine is left. `evidence_files` are written whatever the outcome.
/// Throws as `maintain`.
void change_guest(const GuestSettings& settings, const Maintenance& with, const vm::MachineSpec& layer,
                  LayerEvidence& evidence_files);

}  // namespace smx::prepare
