#include "vm/image/image_builder.h"

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <map>
#include <optional>

#include "harness/core/error.h"
#include "harness/core/files.h"
#include "harness/core/text.h"
#include "vm/image/apt_packages.h"
#include "vm/image/cpio_archive.h"
#include "vm/image/kernel_image.h"
#include "vm/image/kernel_modules.h"
#include "vm/image/preparing_boot.h"

namespace smx::vm {
namespace {

namespace fs = std::filesystem;

/// To be raised when the code here makes something else of the same packages, modules, scripts and guest
/// files.
constexpr const char* kBuilder = "image builder 3";
/// Of this machine's release whatever the guest's: one kernel, whose modules and boot are known, for all.
constexpr const char* kKernelPackage = "linux-image-amd64";
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
    progress_("unpacking the guest's packages");
    unpack_guest_tree(debs, recipe_.shape, work_ / "tree", cancel_);
    write_build_file(result_ / "initrd",
                     make_initramfs(read_file(work_ / "tree/bin/busybox"), initramfs_modules_));
    progress_("making the disk");
    write_guest_files(guest_files(), work_ / "additions");
    write_guest_files(recipe_.files, work_ / "additions");
    GuestDisk disk{recipe_.name, recipe_.disk_mib, work_ / "tree", {work_ / "additions"}, work_ / "disk.raw"};
    if (!recipe_.additions.empty()) disk.additions.push_back(recipe_.additions);
    make_guest_disk(disk, cancel_);
    if (recipe_.prepare_limit > Milliseconds(0)) {
      disk.additions = {prepared()};
      make_guest_disk(disk, cancel_);
    }
    convert_to_qcow2(disk.disk, result_ / "disk.qcow2", cancel_);
  }

  /// What the image makes of itself in a boot, as a folder. Only that goes on: logs and what else a boot
  /// leaves behind stay on the disk that was booted, which is made again.
  fs::path prepared() {
    progress_("booting the image once, so that it finishes itself");
    const auto folder = work_ / "prepared";
    fs::create_directory(folder);
    boot_to_prepare({.kernel = result_ / "vmlinux",
                     .initrd = result_ / "initrd",
                     .disk = work_ / "disk.raw",
                     .work = work_,
                     .result = folder,
                     .limit = recipe_.prepare_limit},
                    cancel_);
    return folder;
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
  check_programs(recipe.shape);
  auto not_needed = kNeverNeeded;
  not_needed.insert(not_needed.end(), recipe.not_needed.begin(), recipe.not_needed.end());
  AptPackages machine(build.packages, "", not_needed, build.progress, cancel);
  machine.refresh();
  std::optional<AptPackages> other;
  if (!recipe.release.empty()) {
    other.emplace(build.packages / recipe.release, recipe.release, not_needed, build.progress, cancel);
    other->refresh();
  }
  auto& apt = other ? *other : machine;
  build.progress("resolving the guest's packages");
  const auto kernel = kernel_package(machine.resolve({kKernelPackage}));
  const auto userland = apt.resolve(recipe.packages);
  auto packages = userland;
  packages.push_back(kernel);
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
  const auto kernel_deb = machine.download({kernel}).front();
  const auto debs = apt.download(userland);
  const TempDir work(parent, kWorkPrefix);
  Builder builder(recipe, work.path(), build.progress, cancel);
  builder.kernel(kernel_deb);
  builder.disk(debs);
  builder.manifest(key, packages, now);
  builder.publish(place);
  build.progress("built the image " + key);
  return {store.find(recipe.name, key), false};
}

}  // namespace

std::string recipe_text(const ImageRecipe& recipe) {
  auto text = fmt::format("{}\n{}\n{}\n{}\n{} MiB\n{}\n{}", kBuilder, recipe.name,
                          fmt::join(initramfs_module_names(), " "), fmt::join(recipe.disk_modules, " "),
                          recipe.disk_mib, guest_disk_recipe(), contents_of(recipe.additions));
  text += fmt::format("release {}\n{}\n{}\n", recipe.release, recipe.shape.script,
                      recipe.prepare_limit > Milliseconds(0) ? "finishes itself" : "is finished");
  for (const auto& file : recipe.files) text += fmt::format("{} {}\n", file.path, sha256_hex(file.content));
  return text;
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
