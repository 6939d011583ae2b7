#include "scenarios/agent/linux/small_files.h"

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>

namespace smx::agent {

std::string read_small_file(const std::string& path) {
  constexpr std::size_t kLimit = 64u << 10;
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (file < 0) return {};
  std::string text;
  char chunk[4096];
  for (ssize_t got = 0; text.size() < kLimit && (got = ::read(file, chunk, sizeof chunk)) > 0;)
    text.append(chunk, static_cast<std::size_t>(got));
  ::close(file);
  return text;
}

std::string read_line(const std::string& path) {
  const auto text = read_small_file(path);
  return text.substr(0, text.find('\n'));
}

std::vector<std::string> names_in(const std::string& folder) {
  constexpr std::size_t kLimit = 4096;
  std::vector<std::string> names;
  DIR* open = ::opendir(folder.c_str());
  if (open == nullptr) return names;
  while (const dirent* entry = ::readdir(open)) {
    const std::string name = entry->d_name;
    if (name != "." && name != ".." && names.size() < kLimit) names.push_back(name);
  }
  ::closedir(open);
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace smx::agent
