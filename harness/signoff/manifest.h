#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "harness/core/sign_off.h"

// The list of a bundle's files, which the signature is over (scenarios/schema/manifest.schema.json).

namespace smx::signoff {

inline constexpr const char* kManifestFile = "manifest.json";
inline constexpr const char* kSignatureFile = "manifest.json.cms";

inline constexpr std::size_t kManifestLimit = 64u << 20;  ///< bytes
inline constexpr std::size_t kFilesLimit = 200000;
inline constexpr std::uint64_t kFileSizeLimit = 1ull << 40;  ///< bytes of one listed file
inline constexpr std::size_t kDepthLimit = 16;               ///< folders in a path

struct FileEntry {
  std::string path;    ///< relative, "evidence/…"
  std::string sha256;  ///< lower-case hex
  std::uint64_t size = 0;
  bool operator==(const FileEntry&) const = default;
};

struct Manifest {
  std::string product, version, run;
  std::string signed_at;  ///< ISO 8601, UTC
  std::string signer, fingerprint;
  std::vector<FileEntry> files;  ///< by path
  std::vector<Subject> subjects;
};

/// Canonical: keys sorted, two spaces of indentation, a newline at the end.
std::string manifest_text(const Manifest& manifest);

/// Any text may be given. Throws Error(usage) with one line that says why it is not a manifest: not the
/// canonical text of a JSON value (a key that is there twice would mean two things), a key that is missing,
/// more or larger than the limits, a path that is not a bundle path, or one that is there twice.
Manifest parse_manifest(std::string_view text);

/// Relative, normalised, without `..`, `.`, control characters or invalid UTF-8, at most 1024 bytes and
/// kDepthLimit parts, and not the manifest or the signature itself.
bool is_bundle_path(std::string_view path);

}  // namespace smx::signoff
