#include "harness/signoff/bundle_tree.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>

#include <memory>
#include <string_view>

#include "harness/signoff/manifest.h"

namespace smx::signoff {
namespace {

struct CloseListing {
  void operator()(DIR* listing) const { ::closedir(listing); }
};

std::string kind_of(mode_t mode) {
  if (S_ISLNK(mode)) return "a symbolic link";
  if (S_ISFIFO(mode)) return "a pipe";
  if (S_ISSOCK(mode)) return "a socket";
  if (S_ISCHR(mode) || S_ISBLK(mode)) return "a device";
  return "no plain file";
}

class Walk {
 public:
  explicit Walk(std::size_t limit) : limit_(limit) {}

  /// False when there is too much.
  bool into(int folder, const std::string& prefix, std::size_t depth) {
    // A descriptor of its own, which closedir closes.
    const int copy = ::openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    const std::unique_ptr<DIR, CloseListing> listing(copy < 0 ? nullptr : ::fdopendir(copy));
    if (!listing) return add(prefix, {"a folder that cannot be read", 0});
    bool empty = true;
    while (const auto* entry = ::readdir(listing.get())) {
      const std::string_view name(entry->d_name);
      if (name == "." || name == "..") continue;
      empty = false;
      if (!look_at(folder, entry->d_name, prefix.empty() ? std::string(name) : prefix + "/" + entry->d_name,
                   depth))
        return false;
    }
    return !empty || prefix.empty() || add(prefix, {"an empty folder", 0});
  }

  Tree found;

 private:
  bool add(const std::string& path, TreeEntry entry) {
    found.emplace(path, std::move(entry));
    return found.size() <= limit_;
  }

  bool look_at(int folder, const char* name, const std::string& path, std::size_t depth) {
    struct stat st {};
    if (::fstatat(folder, name, &st, AT_SYMLINK_NOFOLLOW) != 0) return add(path, {"unreadable", 0});
    if (S_ISREG(st.st_mode)) return add(path, {"", static_cast<std::uint64_t>(st.st_size)});
    if (!S_ISDIR(st.st_mode)) return add(path, {kind_of(st.st_mode), 0});
    if (depth + 1 >= kDepthLimit) return add(path, {"a folder too deep", 0});
    const UniqueFd below(::openat(folder, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    return below ? into(below.get(), path, depth + 1) : add(path, {"a folder that cannot be read", 0});
  }

  std::size_t limit_;
};

}  // namespace

std::optional<Tree> tree_below(const UniqueFd& root, std::size_t limit) {
  Walk walk(limit);
  if (!walk.into(root.get(), "", 0)) return std::nullopt;
  return std::move(walk.found);
}

}  // namespace smx::signoff
