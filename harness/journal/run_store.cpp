#include "harness/journal/run_store.h"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <openssl/rand.h>

#include <algorithm>
#include <array>

#include "harness/core/error.h"
#include "harness/core/text.h"
#include "harness/journal/journal.h"

namespace smx::journal {

namespace fs = std::filesystem;

bool is_run_id(const std::string& text) {
  if (text.size() != 20 || text[8] != '-' || text[15] != '-') return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool digit = text[i] >= '0' && text[i] <= '9';
    const bool hex = digit || (i > 15 && text[i] >= 'a' && text[i] <= 'f');
    if (i != 8 && i != 15 && !hex) return false;
  }
  return true;
}

std::string RunStore::new_id(TimePoint now) const {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(now).time_since_epoch().count();
  for (;;) {
    std::array<char, 2> random{};
    if (RAND_bytes(reinterpret_cast<unsigned char*>(random.data()), random.size()) != 1)
      throw Error(ErrorKind::environment, "the system's random source does not answer");
    const auto id =
        fmt::format("{:%Y%m%d-%H%M%S}-{}", fmt::gmtime(seconds), to_hex({random.data(), random.size()}));
    if (!fs::exists(folder_ / id)) return id;
  }
}

std::vector<std::string> RunStore::list() const {
  std::vector<std::string> ids;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder_, error))
    // Another folder, such as one that is half removed, is not a run of this store.
    if (const auto name = entry.path().filename().string();
        is_run_id(name) && fs::exists(entry.path() / "journal.db", error))
      ids.push_back(name);
  std::sort(ids.rbegin(), ids.rend());
  return ids;
}

fs::path RunStore::find(const std::string& name) const {
  std::error_code error;
  if (name.find('/') != std::string::npos) {
    if (fs::is_directory(name, error)) {
      auto folder = fs::absolute(name).lexically_normal();  // overlays name their image by absolute paths
      return folder.has_filename() ? folder : folder.parent_path();
    }
    throw Error(ErrorKind::usage, name + " is not a folder of a run");
  }
  const auto ids = list();
  if (ids.empty())
    throw Error(ErrorKind::usage,
                "there is no run yet in " + folder_.string() + "; start one with `safemode-matrix run`");
  if (name == "latest") return folder_ / ids.front();
  std::vector<std::string> matches;
  std::copy_if(ids.begin(), ids.end(), std::back_inserter(matches),
               [&](const auto& id) { return id.starts_with(name); });
  if (matches.size() == 1) return folder_ / matches.front();
  if (matches.size() > 1)
    throw Error(ErrorKind::usage, fmt::format("\"{}\" begins {}: {}", name, plural(matches.size(), "run"),
                                              fmt::join(matches, ", ")));
  throw Error(ErrorKind::usage, fmt::format("there is no run \"{}\"; the latest is {}", name, ids.front()));
}

bool RunStore::is_dead(const std::string& id) const {
  std::error_code error;
  return fs::exists(folder_ / id / "journal.db", error) && !is_held(folder_ / id);
}

}  // namespace smx::journal
