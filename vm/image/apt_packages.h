#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "harness/core/cancel.h"
#include "harness/core/process.h"
#include "harness/core/time_types.h"
#include "vm/image/build_lock.h"
#include "vm/image/resolved_packages.h"

namespace smx::vm {

/// Debian packages resolved and downloaded by apt-get in a folder of its own: this machine's sources, trust
/// and proxies, but nothing of its state. Needs no root, installs nothing. Downloads stay in the folder for
/// next time. Packages of another release come from the same mirrors (`sources_of_release`).
class AptPackages {
 public:
  /// `present` are packages that count as installed already, so that neither they nor what they need are
  /// brought. `release` is Debian's name for one ("trixie"), or empty for this machine's. Throws
  /// Error(environment) when apt is not here, the folder cannot be written, or no source of this machine's is
  /// Debian's.
  AptPackages(std::filesystem::path folder, std::string release, const std::vector<std::string>& present,
              Progress progress, const CancelToken& cancel);

  /// Brings the package lists up to date when they are older than a day. When that fails, lists that are
  /// there already are used, and the progress says so. Throws Error(environment) when there are none.
  void refresh();
  /// `names` and all that they need, sorted by name. Throws Error(environment).
  std::vector<DebianPackage> resolve(const std::vector<std::string>& names);
  /// Downloads what is not here yet; returns the files, in the order of `packages`. Throws
  /// Error(environment).
  std::vector<std::filesystem::path> download(const std::vector<DebianPackage>& packages);

 private:
  CommandResult apt_get(std::vector<std::string> arguments, Milliseconds limit) const;
  bool lists_are_young() const;
  [[noreturn]] void refuse(const std::string& what, const CommandResult& result) const;

  std::filesystem::path folder_;
  std::string release_;
  Progress progress_;
  const CancelToken& cancel_;
};

}  // namespace smx::vm
