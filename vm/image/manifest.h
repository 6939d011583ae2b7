#pragma once

#include <cstdint>
#include <filesystem>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "harness/core/time_types.h"
#include "vm/image/resolved_packages.h"

namespace smx::vm {

/// What an image is and what it was made of: manifest.json beside its disk.
struct Manifest {
  std::string name;            ///< "reference-linux"
  std::string key;             ///< 16 lower-case hex digits; equal keys mean equal content
  std::string kernel_release;  ///< "6.1.0-30-amd64"
  TimePoint built{};
  std::uint64_t disk_size = 0, kernel_size = 0, initrd_size = 0;  ///< bytes of the files
  std::vector<DebianPackage> packages;
  bool operator==(const Manifest&) const = default;
};

std::string manifest_text(const Manifest& manifest);
/// Throws Error(usage) naming `file` and the first thing that is missing or wrong.
Manifest parse_manifest(std::string_view text, const std::filesystem::path& file);

/// The key of an image: a hash over everything that its content depends on.
std::string image_key(std::string_view recipe, const std::vector<DebianPackage>& packages);

}  // namespace smx::vm
