#include "vm/image/resolved_packages.h"

#include <algorithm>
#include <cctype>
#include <regex>
#include <sstream>

#include "harness/core/error.h"

namespace smx::vm {

std::string DebianPackage::file_name() const {
  std::string escaped;
  for (const char c : version) c == ':' ? escaped.append("%3a") : escaped.append(1, c);
  return name + "_" + escaped + "_" + architecture + ".deb";
}

std::vector<DebianPackage> parse_simulation(std::string_view output) {
  // Debian policy 5.6.1 and 5.6.12: what a name and a version consist of. No slash can come through.
  static const std::regex line_shape(
      R"(Inst ([a-z0-9][a-z0-9+.-]*) \(([0-9][A-Za-z0-9.+:~-]*) .*\[([a-z0-9-]+)\]\).*)");
  std::vector<DebianPackage> packages;
  std::istringstream lines{std::string(output)};
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with("Inst ")) continue;
    std::smatch match;
    if (!std::regex_match(line, match, line_shape))
      throw Error(ErrorKind::environment, "apt-get's answer cannot be understood: " + line);
    packages.push_back({match[1], match[2], match[3]});
  }
  std::sort(packages.begin(), packages.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
  return packages;
}

const DebianPackage& kernel_package(const std::vector<DebianPackage>& packages) {
  constexpr std::string_view prefix = "linux-image-";
  for (const auto& package : packages)
    if (package.name.starts_with(prefix) && package.name.size() > prefix.size() &&
        std::isdigit(static_cast<unsigned char>(package.name[prefix.size()])))
      return package;
  throw Error(ErrorKind::environment,
              "linux-image-amd64 brings no kernel; are Debian's package sources complete?");
}

}  // namespace smx::vm
