#include "vm/image/reference_linux.h"

#include "harness/core/files.h"
#include "vm/image/kernel_modules.h"

namespace smx::vm {

BuiltImage build_reference_linux(const ImageStore& store, const ImageBuild& build, TimePoint now,
                                 const CancelToken& cancel) {
  const ImageRecipe recipe{
      .name = "reference-linux",
      .packages = {"busybox-static", "curl", "krb5-pkinit", "krb5-user", "libccid",
                   "libengine-pkcs11-openssl", "libnss3-tools", "libpam-modules", "libpam-pkcs11",
                   "libstdc++6", "linux-image-amd64", "opensc", "opensc-pkcs11", "openssl", "pamtester",
                   "pcscd", "qemu-guest-agent", "sudo"},
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
