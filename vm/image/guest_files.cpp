#include "vm/image/guest_files.h"

#include <algorithm>
#include <fstream>

#include "harness/core/error.h"

namespace smx::vm {
namespace {

constexpr std::string_view kInitramfs = "initramfs/";

}  // namespace

const GuestFile& guest_initramfs_init() {
  const auto& files = guest_files();
  const auto found = std::find_if(files.begin(), files.end(), [](const GuestFile& file) {
    return file.path == std::string(kInitramfs) + "init";
  });
  if (found == files.end()) throw Error(ErrorKind::internal, "the program holds no initramfs/init");
  return *found;
}

void write_guest_files(const std::vector<GuestFile>& files, const std::filesystem::path& root) {
  for (const auto& file : files)
    if (!file.path.starts_with(kInitramfs))
      write_build_file(root / file.path, file.content, file.executable());
}

void write_build_file(const std::filesystem::path& path, std::string_view bytes, bool executable) {
  namespace fs = std::filesystem;
  std::error_code error;
  fs::create_directories(path.parent_path(), error);
  std::ofstream out(path, std::ios::binary | std::ios::trunc);
  out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  out.close();
  if (!out)
    throw Error(ErrorKind::environment,
                path.string() + " cannot be written; is there space, and is the folder yours?");
  fs::permissions(path, fs::perms(executable ? 0755 : 0644));
}

}  // namespace smx::vm
