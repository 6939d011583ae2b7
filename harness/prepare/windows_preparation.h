#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "harness/core/clock.h"
#include "harness/core/windows_inspection.h"
#include "harness/prepare/maintenance.h"
#include "harness/prepare/windows_manifest.h"
#include "vm/boot/windows_program.h"
#include "vm/reader/reader_session.h"

namespace smx::prepare {

/// One change that a prepared image has over its source.
struct PreparationStep {
  std::string words;  ///< for progress and docs: "letting the guest agent start in Safe Mode"
  std::vector<vm::WindowsProgram> programs;
};

/// All of them, in order; docs/windows-lab.md says why each is there.
const std::vector<PreparationStep>& preparation_steps();

/// What is needed beside a machine. Each may throw Error and Cancelled.
struct ImageTools {
  /// Looks into an image that no machine holds.
  std::function<WindowsInspection(const std::filesystem::path&)> inspect;
  std::function<void(const std::filesystem::path& image, const std::filesystem::path& overlay)>
      create_overlay;
};

struct PreparationOptions {
  std::filesystem::path source;  ///< a stock Windows with the guest agent, qcow2, shut down; never written to
  std::filesystem::path output;  ///< the sealed overlay; must not be there
  vm::WindowsMachine machine;
  std::string harness_version;
};

/// Makes a prepared Windows image:
///
///   inspect source ── overlay ── boot (reader with a card in it) ── steps ── inventory ── shut down
///     ── inspect overlay: the checklist ── manifest ── seal
///
/// OUTPUT is there whole, with its manifest, or not at all: until it is sealed the overlay is OUTPUT.part,
/// and a preparation that failed removes it. Blocks for minutes. Throws Error with the reason and the way
/// out, Cancelled.
WindowsManifest prepare_windows(const PreparationOptions& options, const Maintenance& with,
                                const ImageTools& tools, vm::ReaderSession& reader, const Clock& clock);

}  // namespace smx::prepare
