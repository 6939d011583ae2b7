#include "vm/image/reference_images.h"

#include "harness/core/error.h"
#include "harness/core/files.h"
#include "vm/image/kernel_modules.h"

namespace smx::vm {
namespace {

using namespace std::chrono_literals;

ImageRecipe reference_linux() {
  return {.name = "reference-linux",
          .packages = {"busybox-static", "curl", "krb5-pkinit", "krb5-user", "libccid",
                       "libengine-pkcs11-openssl", "libnss3-tools", "libpam-modules", "libpam-pkcs11",
                       "libstdc++6", "opensc", "opensc-pkcs11", "openssl", "pamtester", "pcscd",
                       "qemu-guest-agent", "sudo"},
          .not_needed = {},
          .disk_modules = disk_module_names(),
          .additions = {}};
}

// Wine's DLLs carry 480 MB of debugging information. zlib1.dll is what libwine's maintainer script would make
// of libz-mingw-w64's when it is installed (Wine takes no other for its own, and without it user32 fails):
// the DOS header, Wine's mark in place of the DOS program (Wine, tools/winebuild: "Wine builtin DLL"), the
// rest.
constexpr const char* kShapeWine = R"(set -eu
dlls=usr/lib/x86_64-linux-gnu/wine/x86_64-windows
zlib=usr/x86_64-w64-mingw32/lib/zlib1.dll
{ head -c 64 $zlib; printf 'Wine builtin DLL'; head -c 16 /dev/zero; tail -c +97 $zlib; } >$dlls/zlib1.dll
find $dlls -type f -print0 | xargs -0 x86_64-w64-mingw32-strip -g
rm -rf usr/*-w64-mingw32* usr/lib/x86_64-linux-gnu/wine/i386-windows
)";

ImageRecipe reference_wine() {
  return {.name = "reference-wine",
          // Wine 8 of Debian 12 has only a stub of winscard. libpcsclite speaks to a pcscd of its own release
          // only, so that comes from there too.
          .release = "trixie",
          .packages = {"busybox-static", "libccid", "libgnutls30t64", "libwine", "pcscd", "qemu-guest-agent",
                       "wine64"},
          // Sound, pictures, windows and fonts: the guest has no user to see or hear them. FreeType without
          // fontconfig makes Wine start its desktop without end.
          .not_needed = {"libasound2t64",
                         "libavcodec61",
                         "libavformat61",
                         "libavutil59",
                         "libcapi20-3t64",
                         "libfontconfig1",
                         "libfreetype6",
                         "libgphoto2-6t64",
                         "libgphoto2-port12t64",
                         "libgstreamer-plugins-base1.0-0",
                         "libgstreamer1.0-0",
                         "libpcap0.8t64",
                         "libpulse0",
                         "libwayland-client0",
                         "libwayland-egl1",
                         "libx11-6",
                         "libxext6",
                         "libxkbcommon0",
                         "libxkbregistry0",
                         "ocl-icd-libopencl1",
                         "polkitd",
                         "runit-helper"},
          .disk_modules = disk_module_names(),
          .shape = {kShapeWine, {"x86_64-w64-mingw32-strip=binutils-mingw-w64-x86-64"}},
          .disk_mib = 768,
          .unpacked_mib = 1200,
          .files = wine_files(),
          .additions = {},
          .prepare_limit = 20min};
}

}  // namespace

BuiltImage build_reference_image(const std::string& name, const ImageStore& store, const ImageBuild& build,
                                 TimePoint now, const CancelToken& cancel) {
  for (const auto& recipe : {reference_linux(), reference_wine()})
    if (recipe.name == name) return build_image(store, recipe, build, now, cancel);
  throw Error(ErrorKind::internal, "nothing here builds an image \"" + name + "\"");
}

BuiltImage build_reference_image(const std::string& name, const Progress& progress,
                                 const CancelToken& cancel) {
  return build_reference_image(
      name, ImageStore(cache_home() / "images"), {.packages = cache_home() / "apt", .progress = progress},
      std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now()), cancel);
}

}  // namespace smx::vm
