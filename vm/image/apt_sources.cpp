#include "vm/image/apt_sources.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <sstream>
#include <vector>

#include "harness/core/error.h"
#include "harness/core/files.h"
#include "vm/image/guest_files.h"

namespace smx::vm {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kLargestFile = 1u << 20;

std::vector<std::string> words_of(const std::string& line) {
  std::istringstream in(line);
  std::vector<std::string> words;
  for (std::string word; in >> word;) words.push_back(word);
  return words;
}

/// The suite of the other release; empty for a suite that is not the machine's.
std::string suite_of(std::string_view suite, std::string_view machine, std::string_view release) {
  for (const auto base : {machine, std::string_view("stable"), std::string_view("oldstable"), release}) {
    if (base.empty() || !suite.starts_with(base)) continue;
    const auto rest = suite.substr(base.size());
    if (rest.empty() || rest == "-updates" || rest == "-security" || rest == "/updates")
      return std::string(release) + std::string(rest == "/updates" ? "-security" : rest);
  }
  return {};
}

/// One line of a sources.list; empty when it is not a source of the machine's release.
std::string one_line_for(const std::string& line, std::string_view machine, std::string_view release) {
  auto words = words_of(line);
  if (words.empty() || words[0] != "deb") return {};
  std::size_t at = 1;
  if (at < words.size() && words[at].starts_with("["))
    while (at < words.size() && !words[at++].ends_with("]")) continue;
  // The URI, then the suite.
  if (++at >= words.size()) return {};
  words[at] = suite_of(words[at], machine, release);
  if (words[at].empty()) return {};
  std::string text;
  for (const auto& word : words) text += (text.empty() ? "" : " ") + word;
  return text + "\n";
}

bool is_field(const std::string& line, std::string_view name) {
  return line.size() > name.size() && line[name.size()] == ':' &&
         std::equal(name.begin(), name.end(), line.begin(),
                    [](char a, char b) { return std::tolower(a) == std::tolower(b); });
}

std::string value_of(const std::string& line) {
  return line.substr(line.find(':') + 1);
}

/// One paragraph of a .sources file; empty when it is not a source of the machine's release.
std::string paragraph_for(const std::vector<std::string>& lines, std::string_view machine,
                          std::string_view release) {
  std::string text;
  bool binary = false, known = false;
  for (const auto& line : lines) {
    if (is_field(line, "Enabled")) {
      const auto value = words_of(value_of(line));
      if (value.size() == 1 && (value[0] == "no" || value[0] == "false")) return {};
    }
    if (is_field(line, "Types")) {
      const auto types = words_of(value_of(line));
      binary = std::find(types.begin(), types.end(), "deb") != types.end();
      text += "Types: deb\n";
    } else if (is_field(line, "Suites")) {
      std::string suites;
      for (const auto& word : words_of(value_of(line)))
        if (const auto suite = suite_of(word, machine, release); !suite.empty()) suites += " " + suite;
      known = !suites.empty();
      text += "Suites:" + suites + "\n";
    } else {
      text += line + "\n";
    }
  }
  return binary && known ? text + "\n" : std::string();
}

std::string deb822_for(const std::string& file, std::string_view machine, std::string_view release) {
  std::istringstream in(file);
  std::string text;
  std::vector<std::string> paragraph;
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with("#")) continue;
    if (!words_of(line).empty()) {
      paragraph.push_back(line);
      continue;
    }
    text += paragraph_for(paragraph, machine, release);
    paragraph.clear();
  }
  return text + paragraph_for(paragraph, machine, release);
}

/// A value of `apt-config dump`: `Dir::Etc "etc/apt";`.
std::string setting(std::string_view dump, const std::string& name) {
  std::istringstream in{std::string(dump)};
  const auto prefix = name + " \"";
  for (std::string line; std::getline(in, line);)
    if (line.starts_with(prefix) && line.ends_with("\";"))
      return line.substr(prefix.size(), line.size() - prefix.size() - 2);
  return {};
}

std::string codename_in(const fs::path& os_release) {
  std::istringstream in(read_file(os_release, kLargestFile));
  constexpr std::string_view key = "VERSION_CODENAME=";
  for (std::string line; std::getline(in, line);) {
    if (!line.starts_with(key)) continue;
    auto name = line.substr(key.size());
    std::erase(name, '"');
    return name;
  }
  return {};
}

/// Relative ones are below the setting before (apt.conf(5), "Directories").
SourceLists machine_sources(std::string_view dump) {
  const fs::path root = setting(dump, "Dir").empty() ? "/" : setting(dump, "Dir");
  const auto etc = root / setting(dump, "Dir::Etc");
  SourceLists lists;
  std::error_code error;
  if (const auto file = etc / setting(dump, "Dir::Etc::sourcelist"); fs::is_regular_file(file, error))
    lists.one_line = read_file(file, kLargestFile) + "\n";
  std::vector<fs::path> parts;
  if (const auto folder = setting(dump, "Dir::Etc::sourceparts"); !folder.empty())
    for (const auto& entry : fs::directory_iterator(etc / folder, error))
      if (entry.is_regular_file(error)) parts.push_back(entry.path());
  std::sort(parts.begin(), parts.end());
  for (const auto& part : parts) {
    if (part.extension() == ".list") lists.one_line += read_file(part, kLargestFile) + "\n";
    if (part.extension() == ".sources") lists.deb822 += read_file(part, kLargestFile) + "\n\n";
  }
  return lists;
}

}  // namespace

SourceLists for_release(const SourceLists& lists, std::string_view machine, std::string_view release) {
  SourceLists result;
  std::istringstream lines(lists.one_line);
  for (std::string line; std::getline(lines, line);)
    result.one_line += one_line_for(line.substr(0, line.find('#')), machine, release);
  result.deb822 = deb822_for(lists.deb822, machine, release);
  return result;
}

SourceLists sources_of_release(std::string_view apt_dump, const fs::path& os_release,
                               const std::string& release) {
  const auto machine = codename_in(os_release);
  auto lists = for_release(machine_sources(apt_dump), machine, release);
  if (lists.empty())
    throw Error(
        ErrorKind::environment,
        fmt::format("the packages of Debian's release {} would come from this machine's own mirrors, and "
                    "none of its sources (/etc/apt) is for {}; add a source of {} there",
                    release, machine.empty() ? "Debian" : "its release \"" + machine + "\"", release));
  return lists;
}

void write_sources(const fs::path& folder, const SourceLists& lists) {
  write_build_file(folder / "machine.list", lists.one_line);
  write_build_file(folder / "machine.sources", lists.deb822);
}

}  // namespace smx::vm
