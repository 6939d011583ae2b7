#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace smx::vm {

/// Whose package sources apt reads.
enum class AptSources {
  machine,  ///< this machine's
  own,      ///< those in the folder's "sources"
};

/// A configuration file for apt that uses this machine's trust and proxies (from the output of
/// `apt-config dump`), but keeps lists, state and packages below `folder`, and runs none of the machine's
/// hooks.
std::string apt_configuration(std::string_view host_dump, const std::filesystem::path& folder,
                              AptSources sources = AptSources::machine);

/// apt preferences that let only Debian's own packages in, whatever other sources this machine has.
std::string apt_preferences();

/// A dpkg status file in which `present` count as installed, and nothing else is.
std::string dpkg_status(const std::vector<std::string>& present);

}  // namespace smx::vm
