#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace smx::vm {

/// A Debian package in one version.
struct DebianPackage {
  std::string name, version, architecture;
  /// The name under which apt keeps it: "pcscd_1.9.9-2_amd64.deb", the epoch's colon as "%3a".
  std::string file_name() const;
  bool operator==(const DebianPackage&) const = default;
};

/// What `apt-get --simulate install` said it would install, sorted by name: its lines
///
///   Inst busybox-static (1:1.35.0-4+b1 Debian:12.9/stable [amd64]) []
///
/// Other lines are passed over. Throws Error(environment) for an Inst line of another shape.
std::vector<DebianPackage> parse_simulation(std::string_view output);

/// The one kernel among them: "linux-image-6.1.0-30-amd64", not the meta package. Throws Error(environment).
const DebianPackage& kernel_package(const std::vector<DebianPackage>& packages);

}  // namespace smx::vm
