#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "harness/core/time_types.h"
#include "harness/core/windows_inspection.h"
#include "vm/boot/windows_boot.h"

namespace smx::prepare {

/// What a prepared Windows image is: IMAGE.manifest.json beside its overlay. It names what the overlay stands
/// on, so that no tests run on a source that has changed.
struct WindowsManifest {
  std::filesystem::path source;                  ///< the stock image, absolute; never written to
  std::uint64_t source_size = 0, disk_size = 0;  ///< bytes
  std::string source_sha256, disk_sha256;        ///< `disk`: the sealed overlay
  vm::WindowsMachine machine;
  WindowsInspection inspection;  ///< of the sealed overlay, offline
  std::string inventory;         ///< the agent's inventory of drivers, JSON text; untrusted
  std::string agent_sha256;
  std::string harness_version;
  TimePoint prepared{};
};

std::filesystem::path manifest_path(const std::filesystem::path& image);
std::string manifest_text(const WindowsManifest& manifest);
/// Throws Error(usage) naming `file` and the first thing that is missing or wrong.
WindowsManifest parse_windows_manifest(std::string_view text, const std::filesystem::path& file);

/// The manifest of a sealed image whose files are still what they were: both there, of their sizes, and the
/// overlay not writable. (Hashes take minutes; `image prepare --verify` holds them.) Throws Error(usage) that
/// says how to prepare an image where there is no manifest.
WindowsManifest load_windows_manifest(const std::filesystem::path& image);

}  // namespace smx::prepare
