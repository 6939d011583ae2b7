#pragma once

#include <filesystem>
#include <string_view>
#include <vector>

namespace smx::spec {

/// The *.json files of a folder by name, without *.confirmations.json. Throws Error(usage) when the folder
/// cannot be read or holds none; `what` says what is looked for ("scenario").
std::vector<std::filesystem::path> json_files(const std::filesystem::path& folder, std::string_view what);

}  // namespace smx::spec
