#include "vm/image/apt_packages.h"

#include <fmt/core.h>

#include <algorithm>

#include "harness/core/error.h"
#include "harness/core/text.h"
#include "vm/image/apt_configuration.h"
#include "vm/image/apt_sources.h"
#include "vm/image/guest_files.h"

namespace smx::vm {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

constexpr auto kListsStayYoung = 24h;

Command command_of(std::vector<std::string> argv) {
  Command command;
  command.argv = std::move(argv);
  return command;
}

/// What apt says is wrong, without its notes and warnings, as one short line.
std::string apt_error_text(const CommandResult& result) {
  if (result.timed_out) return "it took too long";
  std::string text;
  for (std::size_t at = 0; at < result.err.size();) {
    const auto end = std::min(result.err.find('\n', at), result.err.size());
    const auto line = result.err.substr(at, end - at);
    if (line.starts_with("E: ") && text.size() < 600) text += (text.empty() ? "" : "; ") + line.substr(3);
    at = end + 1;
  }
  return text.empty() ? fmt::format("it ended with {}", result.exit_code) : sanitize_guest_text(text, 800);
}

void make_folders(const fs::path& folder) {
  for (const auto* name : {"state", "lists/partial", "archives/partial", "log", "empty", "sources"}) {
    std::error_code error;
    fs::create_directories(folder / name, error);
    if (error)
      throw Error(ErrorKind::environment, (folder / name).string() + " cannot be made: " + error.message());
  }
}

}  // namespace

AptPackages::AptPackages(fs::path folder, std::string release, const std::vector<std::string>& present,
                         Progress progress, const CancelToken& cancel)
    : folder_(std::move(folder)),
      release_(std::move(release)),
      progress_(std::move(progress)),
      cancel_(cancel) {
  if (!find_program("apt-get") || !find_program("dpkg-deb"))
    throw Error(
        ErrorKind::environment,
        "reference guests are made of Debian packages, and there is no apt-get or dpkg-deb here; build the "
        "image on Debian 12, then copy its folder");
  make_folders(folder_);
  const auto dump = run_command(command_of({"apt-config", "dump"}), cancel_);
  if (!dump.ok()) refuse("this machine's apt configuration cannot be read", dump);
  const bool own = !release_.empty();
  if (own) write_sources(folder_ / "sources", sources_of_release(dump.out, "/etc/os-release", release_));
  write_build_file(folder_ / "apt.conf",
                   apt_configuration(dump.out, folder_, own ? AptSources::own : AptSources::machine));
  write_build_file(folder_ / "preferences", apt_preferences());
  write_build_file(folder_ / "status", dpkg_status(present));
}

void AptPackages::refuse(const std::string& what, const CommandResult& result) const {
  const auto hint = release_.empty()
                        ? std::string("Are this machine's Debian sources (/etc/apt) reachable?")
                        : fmt::format(
                              "Are this machine's Debian sources (/etc/apt) reachable, do their mirrors "
                              "carry the release {0}, and does the machine's keyring "
                              "(debian-archive-keyring) know {0}'s keys?",
                              release_);
  throw Error(ErrorKind::environment,
              fmt::format("{}: apt-get says: {}. {}", what, apt_error_text(result), hint));
}

CommandResult AptPackages::apt_get(std::vector<std::string> arguments, Milliseconds limit) const {
  arguments.insert(arguments.begin(), "apt-get");
  auto command = command_of(std::move(arguments));
  command.env = {{"APT_CONFIG", (folder_ / "apt.conf").string()},
                 {"LC_ALL", "C"},
                 {"DEBIAN_FRONTEND", "noninteractive"}};
  command.time_limit = limit;
  return run_command(command, cancel_);
}

bool AptPackages::lists_are_young() const {
  std::error_code error;
  const auto written = fs::last_write_time(folder_ / "refreshed", error);
  return !error && fs::file_time_type::clock::now() - written < kListsStayYoung;
}

void AptPackages::refresh() {
  if (lists_are_young()) return;
  progress_(release_.empty() ? "fetching Debian's package lists"
                             : "fetching the package lists of Debian's release " + release_);
  const auto result = apt_get({"update", "--quiet", "--error-on=any"}, 5min);
  if (result.ok()) {
    write_build_file(folder_ / "refreshed", "");
    // Once a day is often enough to drop versions that no list names any more.
    apt_get({"autoclean", "--quiet"}, 1min);
    return;
  }
  // A foreign source that is broken does not matter, nor does a network that is down once the
  // lists are here: whether they suffice shows when packages are resolved.
  const bool any =
      std::any_of(fs::directory_iterator(folder_ / "lists"), fs::directory_iterator(), [](const auto& entry) {
        return entry.path().filename().string().find("_Packages") != std::string::npos;
      });
  if (!any) refuse("Debian's package lists cannot be fetched", result);
  progress_("not every package list could be fetched (" + apt_error_text(result) +
            "); using those that are here");
}

std::vector<DebianPackage> AptPackages::resolve(const std::vector<std::string>& names) {
  std::vector<std::string> arguments{"--simulate", "--yes", "--no-install-recommends", "install"};
  arguments.insert(arguments.end(), names.begin(), names.end());
  const auto result = apt_get(std::move(arguments), 1min);
  if (!result.ok()) refuse("the guest's packages cannot be resolved", result);
  return parse_simulation(result.out);
}

std::vector<fs::path> AptPackages::download(const std::vector<DebianPackage>& packages) {
  std::vector<fs::path> files;
  std::vector<std::string> missing;
  for (const auto& package : packages) {
    files.push_back(folder_ / "archives" / package.file_name());
    // apt moves a package here only when its size and hash are those of the signed list.
    if (!fs::exists(files.back())) missing.push_back(package.name + "=" + package.version);
  }
  if (missing.empty()) return files;
  progress_("downloading " + plural(missing.size(), "package"));
  std::vector<std::string> arguments{"--download-only", "--yes", "--quiet", "--no-install-recommends",
                                     "install"};
  arguments.insert(arguments.end(), missing.begin(), missing.end());
  const auto result = apt_get(std::move(arguments), 30min);
  if (!result.ok()) refuse("the guest's packages cannot be downloaded", result);
  for (const auto& file : files)
    if (!fs::exists(file))
      throw Error(ErrorKind::environment, "apt-get downloaded no " + file.filename().string() + "; remove " +
                                              folder_.string() + " and try again");
  return files;
}

}  // namespace smx::vm
