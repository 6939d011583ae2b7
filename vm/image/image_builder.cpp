#include "vm/image/image_builder.h"

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <map>

#include "harness/core/error.h"
#include "harness/core/files.h"
#include "harness/core/text.h"
#include "vm/image/apt_packages.h"
#include "vm/image/cpio_archive.h"
#include "vm/image/guest_files.h"
#include "vm/image/guest_tree.h"
#include "vm/image/kernel_image.h"
#include "vm/image/kernel_modules.h"

namespace smx::vm {
namespace {

namespace fs = std::filesystem;

/// To be raised when the code here makes something else of the same packages, modules, scripts and guest
/// files.
constexpr const char* kBuilder = "image builder 2";
constexpr const char* kWorkPrefix = ".building-";
/// What packages ask for and no guest of ours does: tools for installing, and for making an initramfs.
const std::vector<std::string> kNeverNeeded{"adduser",
                                            "coreutils",
                                            "debconf",
                                            "dpkg",
                                            "init-system-helpers",
                                            "initramfs-tools",
                                            "kmod",
                                            "libaudit-common",
                                            "linux-base",
                                            "p11-kit",
                                            "p11-kit-modules",
                                            "passwd",
                                            "perl-base",
                                            "readline-common",
                                            "tar",
                                            "udev",
                                            "usrmerge"};

/// The additions' files, by path, with what is in them and whether they can be run.
std::string contents_of(const fs::path& additions) {
  if (additions.empty()) return {};
  std::map<std::string, std::string> files;
  for (const auto& entry : fs::recursive_directory_iterator(additions)) {
    if (!entry.is_regular_file()) continue;
    const bool runs = (entry.status().permissions() & fs::perms::owner_exec) != fs::perms::none;
    files[entry.path().lexically_relative(additions).string()] =
        sha256_file(entry.path()) + (runs ? " x" : "");
  }
  std::string text;
  for (const auto& [path, content] : files) text += fmt::format("{} {}\n", path, content);
  return text;
}

void check_space(const fs::path& folder, std::uintmax_t needed) {
  const auto available = fs::space(folder).available;
  if (available < needed)
    throw Error(ErrorKind::environment,
                fmt::format("{} has {} MiB left, and building the image takes {} MiB; free some space or set "
                            "XDG_CACHE_HOME to another file system",
                            folder.string(), available >> 20, needed >> 20));
}

/// Removes what builds left that were killed; the caller has the lock, so none of them is alive.
void remove_leftovers(const fs::path& parent) {
  for (const auto& entry : fs::directory_iterator(parent))
    if (entry.path().filename().string().starts_with(kWorkPrefix)) fs::remove_all(entry.path());
}

fs::path only_file_in(const fs::path& folder) {
  for (const auto& entry : fs::directory_iterator(folder)) return entry.path();
  throw Error(ErrorKind::environment, folder.string() + " is empty; the kernel package is not Debian's");
}

std::string make_initramfs(const std::string& busybox, const std::vector<KernelModule>& modules) {
  CpioArchive archive;
  for (const auto* folder : {"bin", "dev", "modules", "root"}) archive.add_folder(folder);
  archive.add_file("bin/busybox", busybox, true);
  for (const auto* command : {"sh", "mount", "insmod", "switch_root"})
    archive.add_link(std::string("bin/") + command, "busybox");
  std::string order;
  for (const auto& module : modules) {
    archive.add_file("modules/" + module.name + ".ko", module.bytes);
    order += module.name + "\n";
  }
  archive.add_file("modules/order", order);
  archive.add_file("init", guest_initramfs_init().content, true);
  return archive.finish();
}

/// One build, in a folder of its own inside the store.
class Builder {
 public:
  Builder(const ImageRecipe& recipe, const fs::path& work, const Progress& progress,
          const CancelToken& cancel)
      : recipe_(recipe), work_(work), result_(work / "image"), progress_(progress), cancel_(cancel) {
    fs::create_directory(result_);
  }

  void kernel(const fs::path& deb) {
    progress_("unpacking the kernel");
    auto names = initramfs_module_names();
    names.insert(names.end(), recipe_.disk_modules.begin(), recipe_.disk_modules.end());
    unpack_kernel_package(deb, work_ / "kernel", names, cancel_);
    const auto vmlinuz = only_file_in(work_ / "kernel/boot");
    write_build_file(result_ / "vmlinux", unpack_kernel(read_file(vmlinuz)));
    const auto modules = only_file_in(work_ / "kernel/lib/modules");
    release_ = modules.filename().string();
    initramfs_modules_ = load_kernel_modules(modules, initramfs_module_names());
    for (const auto& module : load_kernel_modules(modules, recipe_.disk_modules, initramfs_module_names()))
      write_build_file(work_ / "additions/lib/modules" / (module.name + ".ko"), module.bytes);
  }

  void disk(const std::vector<fs::path>& debs) {
    progress_("making the disk");
    write_guest_files(work_ / "additions");
    std::vector<fs::path> additions{work_ / "additions"};
    if (!recipe_.additions.empty()) additions.push_back(recipe_.additions);
    make_guest_disk({recipe_.name, recipe_.disk_mib, debs, additions, work_ / "tree", work_ / "disk.raw"},
                    cancel_);
    convert_to_qcow2(work_ / "disk.raw", result_ / "disk.qcow2", cancel_);
    write_build_file(result_ / "initrd",
                     make_initramfs(read_file(work_ / "tree/bin/busybox"), initramfs_modules_));
  }

  void manifest(const std::string& key, const std::vector<DebianPackage>& packages, TimePoint now) {
    const Manifest manifest{recipe_.name,
                            key,
                            release_,
                            now,
                            fs::file_size(result_ / "disk.qcow2"),
                            fs::file_size(result_ / "vmlinux"),
                            fs::file_size(result_ / "initrd"),
                            packages};
    write_build_file(result_ / "manifest.json", manifest_text(manifest));
  }

  /// Puts the image in its place, whole.
  void publish(const fs::path& place) {
    for (const auto& entry : fs::directory_iterator(result_)) fs::permissions(entry, fs::perms(0444));
    // A damaged folder of that key is in the way, else it would have been reused.
    fs::remove_all(place);
    fs::rename(result_, place);
  }

 private:
  const ImageRecipe& recipe_;
  fs::path work_, result_;
  const Progress& progress_;
  const CancelToken& cancel_;
  std::string release_;
  std::vector<KernelModule> initramfs_modules_;
};

BuiltImage build_locked(const ImageStore& store, const ImageRecipe& recipe, const ImageBuild& build,
                        TimePoint now, const CancelToken& cancel) {
  auto not_needed = kNeverNeeded;
  not_needed.insert(not_needed.end(), recipe.not_needed.begin(), recipe.not_needed.end());
  AptPackages apt(build.packages, not_needed, build.progress, cancel);
  apt.refresh();
  build.progress("resolving the guest's packages");
  const auto packages = apt.resolve(recipe.packages);
  const auto key = image_key(recipe_text(recipe), packages);
  const auto place = store.folder(recipe.name, key);
  if (store.has(recipe.name, key)) {
    build.progress("the image " + key + " is up to date");
    return {store.find(recipe.name, key), true};
  }

  const auto parent = store.root() / recipe.name;
  fs::create_directories(parent);
  remove_leftovers(parent);
  check_space(parent, recipe.space_needed());
  const auto debs = apt.download(packages);
  const TempDir work(parent, kWorkPrefix);
  Builder builder(recipe, work.path(), build.progress, cancel);
  const auto& kernel = kernel_package(packages);
  std::vector<fs::path> userland;
  for (std::size_t i = 0; i < packages.size(); ++i)
    if (packages[i] == kernel)
      builder.kernel(debs[i]);
    else
      userland.push_back(debs[i]);
  builder.disk(userland);
  builder.manifest(key, packages, now);
  builder.publish(place);
  build.progress("built the image " + key);
  return {store.find(recipe.name, key), false};
}

}  // namespace

std::string recipe_text(const ImageRecipe& recipe) {
  return fmt::format("{}\n{}\n{}\n{}\n{} MiB\n{}\n{}", kBuilder, recipe.name,
                     fmt::join(initramfs_module_names(), " "), fmt::join(recipe.disk_modules, " "),
                     recipe.disk_mib, guest_disk_recipe(), contents_of(recipe.additions));
}

BuiltImage build_image(const ImageStore& store, const ImageRecipe& recipe, const ImageBuild& build,
                       TimePoint now, const CancelToken& cancel) {
  try {
    fs::create_directories(build.packages);
    const auto lock = wait_for_other_builds(build.packages / "lock", build.progress, cancel);
    return build_locked(store, recipe, build, now, cancel);
  } catch (const fs::filesystem_error& error) {
    std::throw_with_nested(Error(
        ErrorKind::environment,
        fmt::format("the image cannot be built: {}: {}", error.path1().string(), error.code().message())));
  }
}

}  // namespace smx::vm
