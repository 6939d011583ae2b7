#include "vm/image/reference_linux.h"

#include <fmt/core.h>
#include <fmt/ranges.h>

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

constexpr const char* kName = "reference-linux";
/// To be raised when the code here makes something else of the same packages, modules, scripts and guest
/// files.
constexpr const char* kRecipe = "reference-linux 3";
constexpr const char* kWorkPrefix = ".building-";
constexpr std::uintmax_t kSpaceNeeded = 700u << 20;

const std::vector<std::string> kPackages{"busybox-static",    "curl",
                                         "krb5-pkinit",       "krb5-user",
                                         "libccid",           "libengine-pkcs11-openssl",
                                         "libnss3-tools",     "libpam-modules",
                                         "libpam-pkcs11",     "libstdc++6",
                                         "linux-image-amd64", "opensc",
                                         "opensc-pkcs11",     "openssl",
                                         "pamtester",         "pcscd",
                                         "qemu-guest-agent",  "sudo"};

/// What those packages ask for and the guest does not: tools for installing, and for making an initramfs.
const std::vector<std::string> kNotNeeded{"adduser",
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

/// All that decides what becomes of the packages; the guest's files are in the key by themselves.
std::string recipe() {
  return fmt::format("{}\n{}\n{}\n{}", kRecipe, fmt::join(initramfs_module_names(), " "),
                     fmt::join(disk_module_names(), " "), guest_disk_recipe());
}

void check_space(const fs::path& folder) {
  const auto available = fs::space(folder).available;
  if (available < kSpaceNeeded)
    throw Error(ErrorKind::environment,
                fmt::format("{} has {} MiB left, and building the image takes {} MiB; free some space or set "
                            "XDG_CACHE_HOME to another file system",
                            folder.string(), available >> 20, kSpaceNeeded >> 20));
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
  Builder(const fs::path& work, const Progress& progress, const CancelToken& cancel)
      : work_(work), result_(work / "image"), progress_(progress), cancel_(cancel) {
    fs::create_directory(result_);
  }

  void kernel(const fs::path& deb) {
    progress_("unpacking the kernel");
    auto names = initramfs_module_names();
    names.insert(names.end(), disk_module_names().begin(), disk_module_names().end());
    unpack_kernel_package(deb, work_ / "kernel", names, cancel_);
    const auto vmlinuz = only_file_in(work_ / "kernel/boot");
    write_build_file(result_ / "vmlinux", unpack_kernel(read_file(vmlinuz)));
    const auto modules = only_file_in(work_ / "kernel/lib/modules");
    release_ = modules.filename().string();
    initramfs_modules_ = load_kernel_modules(modules, initramfs_module_names());
    for (const auto& module : load_kernel_modules(modules, disk_module_names(), initramfs_module_names()))
      write_build_file(work_ / "additions/lib/modules" / (module.name + ".ko"), module.bytes);
  }

  void disk(const std::vector<fs::path>& debs) {
    progress_("making the disk");
    write_guest_files(work_ / "additions");
    make_guest_disk({debs, work_ / "additions", work_ / "tree", work_ / "disk.raw"}, cancel_);
    convert_to_qcow2(work_ / "disk.raw", result_ / "disk.qcow2", cancel_);
    write_build_file(result_ / "initrd",
                     make_initramfs(read_file(work_ / "tree/bin/busybox"), initramfs_modules_));
  }

  void manifest(const std::string& key, const std::vector<DebianPackage>& packages, TimePoint now) {
    const Manifest manifest{kName,
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
  fs::path work_, result_;
  const Progress& progress_;
  const CancelToken& cancel_;
  std::string release_;
  std::vector<KernelModule> initramfs_modules_;
};

BuiltImage build_locked(const ImageStore& store, const ReferenceLinuxBuild& build, TimePoint now,
                        const CancelToken& cancel) {
  AptPackages apt(build.packages, kNotNeeded, build.progress, cancel);
  apt.refresh();
  build.progress("resolving the guest's packages");
  const auto packages = apt.resolve(kPackages);
  const auto key = image_key(recipe(), packages);
  const auto place = store.folder(kName, key);
  if (store.has(kName, key)) {
    build.progress("the image " + key + " is up to date");
    return {store.find(kName, key), true};
  }

  const auto parent = store.root() / kName;
  fs::create_directories(parent);
  remove_leftovers(parent);
  check_space(parent);
  const auto debs = apt.download(packages);
  const TempDir work(parent, kWorkPrefix);
  Builder builder(work.path(), build.progress, cancel);
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
  return {store.find(kName, key), false};
}

}  // namespace

BuiltImage build_reference_linux(const ImageStore& store, const ReferenceLinuxBuild& build, TimePoint now,
                                 const CancelToken& cancel) {
  try {
    fs::create_directories(build.packages);
    const auto lock = wait_for_other_builds(build.packages / "lock", build.progress, cancel);
    return build_locked(store, build, now, cancel);
  } catch (const fs::filesystem_error& error) {
    std::throw_with_nested(Error(
        ErrorKind::environment,
        fmt::format("the image cannot be built: {}: {}", error.path1().string(), error.code().message())));
  }
}

BuiltImage build_reference_linux(const Progress& progress, const CancelToken& cancel) {
  return build_reference_linux(
      ImageStore(cache_home() / "images"), {.packages = cache_home() / "apt", .progress = progress},
      std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now()), cancel);
}

}  // namespace smx::vm
