#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

// What an existing domain is known by: its authority's certificates and its revocation lists, as files.

namespace smx::spec {

/// The agent takes at most 1 MiB in all (docs/agent-protocol.md).
inline constexpr std::uint64_t kAuthorityLimit = 128u << 10;  ///< bytes
inline constexpr std::uint64_t kRevocationLimit = 384u << 10;

/// The certificates of a PEM file, and nothing else that stands in it. Throws Error(usage) naming the file
/// when it cannot be read, is larger than `kAuthorityLimit`, holds no certificate, or one that is none.
std::string read_authority(const std::filesystem::path& file);

/// The same for revocation lists; at most `kRevocationLimit`.
std::string read_revocation_lists(const std::filesystem::path& file);

}  // namespace smx::spec
