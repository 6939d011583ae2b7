#include "vm/image/reference_linux.h"

#include "harness/core/files.h"
#include "vm/image/kernel_modules.h"

namespace smx::vm {

BuiltImage build_reference_linux(const ImageStore& store, const ImageBuild& build, TimePoint now,
                                 const CancelToken& cancel) {
  const ImageRecipe recipe{
      .name = "reference-linux",
      .packages = {"busybox-static", "libccid", "libengine-pkcs11-openssl", "libstdc++6", "linux-image-amd64",
                   "opensc", "opensc-pkcs11", "openssl", "pcscd", "qemu-guest-agent"},
      .not_needed = {},
      .disk_modules = disk_module_names(),
      .additions = {}};
  return build_image(store, recipe, build, now, cancel);
}

BuiltImage build_reference_linux(const Progress& progress, const CancelToken& cancel) {
  return build_reference_linux(
      ImageStore(cache_home() / "images"), {.packages = cache_home() / "apt", .progress = progress},
      std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now()), cancel);
}

}  // namespace smx::vm
