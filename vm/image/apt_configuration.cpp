#include "vm/image/apt_configuration.h"

#include <fmt/core.h>

#include <sstream>

namespace smx::vm {

std::string apt_configuration(std::string_view host_dump, const std::filesystem::path& folder,
                              AptSources sources) {
  std::string text;
  std::istringstream lines{std::string(host_dump)};
  for (std::string line; std::getline(lines, line);) {
    // Hooks of this machine have no business with a private folder, and some need root.
    const bool hook = line.starts_with("APT::Update::") || line.starts_with("DPkg::");
    // State and cache are ours, and the machine's settings are in this dump already.
    const bool place =
        line.starts_with("Dir::State") || line.starts_with("Dir::Cache") || line.starts_with("Dir::Log");
    // The machine's favourite release is not in these sources, and apt stops at one that it does not know.
    const bool favourite = sources == AptSources::own && line.starts_with("APT::Default-Release");
    if (!hook && !place && !favourite) text += line + "\n";
  }
  const auto at = folder.string();
  text += fmt::format(
      "Dir::State \"{0}/state/\";\n"
      "Dir::State::lists \"{0}/lists/\";\n"
      "Dir::State::status \"{0}/status\";\n"
      "Dir::Cache \"{0}/\";\n"
      "Dir::Cache::archives \"{0}/archives/\";\n"
      "Dir::Cache::pkgcache \"pkgcache.bin\";\n"
      "Dir::Cache::srcpkgcache \"srcpkgcache.bin\";\n"
      "Dir::Log \"{0}/log/\";\n"
      "Dir::Etc::main \"/dev/null\";\n"
      "Dir::Etc::parts \"{0}/empty/\";\n"
      "Dir::Etc::preferences \"{0}/preferences\";\n"
      "Dir::Etc::preferencesparts \"{0}/empty/\";\n"
      // As root, apt would otherwise drop to a user who cannot write here.
      "APT::Sandbox::User \"root\";\n"
      "APT::Install-Recommends \"false\";\n"
      "Acquire::Languages \"none\";\n"
      "Acquire::Retries \"3\";\n",
      at);
  if (sources == AptSources::own)
    text += fmt::format(
        "Dir::Etc::sourcelist \"/dev/null\";\n"
        "Dir::Etc::sourceparts \"{}/sources/\";\n",
        at);
  return text;
}

std::string apt_preferences() {
  // The first record that fits counts.
  return "Package: *\nPin: release o=Debian\nPin-Priority: 500\n\n"
         "Package: *\nPin: release a=*\nPin-Priority: -1\n";
}

std::string dpkg_status(const std::vector<std::string>& present) {
  std::string text;
  for (const auto& name : present)
    text += fmt::format(
        "Package: {}\nStatus: install ok installed\nMaintainer: none\nVersion: 999:1\nArchitecture: amd64\n"
        "Multi-Arch: foreign\nDescription: not needed in the guest\n\n",
        name);
  return text;
}

}  // namespace smx::vm
