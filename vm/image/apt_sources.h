#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace smx::vm {

/// Package sources in apt's two formats (sources.list(5)).
struct SourceLists {
  std::string one_line;  ///< "deb [options] URI suite component...", one a line
  std::string deb822;    ///< "Types: deb" paragraphs
  bool empty() const { return one_line.empty() && deb822.empty(); }
};

/// `lists` with every source of binary packages for `machine` (a release's name) turned into one for
/// `release`: the suites "bookworm", "bookworm-updates" and "bookworm-security" become those of the other
/// release, as do "stable" and "oldstable". Mirrors, components, options and keyrings stay as they are.
/// Sources of other suites, such as those of other vendors, and disabled ones are left out.
SourceLists for_release(const SourceLists& lists, std::string_view machine, std::string_view release);

/// This machine's own sources (the files that `apt_dump`, the output of `apt-config dump`, points to), for
/// `release`. The machine's release is what the file `os_release` (os-release(5)) calls its VERSION_CODENAME.
/// Throws Error(environment) when none of its sources is for that release.
SourceLists sources_of_release(std::string_view apt_dump, const std::filesystem::path& os_release,
                               const std::string& release);

/// Writes them into `folder`, as apt reads them. Throws Error(environment).
void write_sources(const std::filesystem::path& folder, const SourceLists& lists);

}  // namespace smx::vm
