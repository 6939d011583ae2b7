#include "tests/integration/offline/windows_image.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <set>

#include "harness/core/error.h"
#include "harness/core/little_endian.h"
#include "harness/core/process.h"
#include "harness/core/unique_fd.h"
#include "tests/unit/disk/disk_maker.h"
#include "tests/unit/registry/hive_maker.h"
#include "vm/disk/ntfs_volume.h"
#include "vm/image/guest_files.h"
#include "vm/image/overlay.h"

namespace smx::vm::test {
namespace {

namespace fs = std::filesystem;
constexpr std::uint64_t kMib = 1u << 20, kBootAt = kMib, kBootSize = 34 * kMib;  // FAT32 needs 33
constexpr auto kHibernation = "/hiberfil.sys";

void set_size(const fs::path& file, std::uint64_t size) {
  const UniqueFd fd(::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (!fd || ::ftruncate(fd.get(), static_cast<off_t>(size)) != 0)
    throw Error(ErrorKind::environment, "no room for a test's disk");
}

void put_partition(const fs::path& partition, const fs::path& disk, std::uint64_t at) {
  run({"dd", "if=" + partition.string(), "of=" + disk.string(), "bs=1M", "seek=" + std::to_string(at / kMib),
       "conv=notrunc,sparse", "status=none"});
}

std::string gpt_sectors(std::uint64_t size, std::uint64_t windows_size) {
  auto table = gpt_disk().substr(0, 34 * 512);
  put(table, 1024 + 32, le(kBootAt / 512, 8) + le((kBootAt + kBootSize) / 512 - 1, 8));
  put(table, 1024 + 128 + 32,
      le((kBootAt + kBootSize) / 512, 8) + le((kBootAt + kBootSize + windows_size) / 512 - 1, 8));
  put_mbr_entry(table, 0, 0, 0, 0xee, 1, static_cast<std::uint32_t>(size / 512 - 1));
  seal_gpt(table);
  return table;
}

std::string mbr_sector(Layout layout, std::uint64_t windows_size) {
  std::string table(512, '\0');
  const auto windows = static_cast<std::uint32_t>(windows_size / 512);
  if (layout == Layout::bios_one) {
    put_mbr_entry(table, 0, 0, 0x80, 7, kBootAt / 512, windows);
    return table;
  }
  put_mbr_entry(table, 0, 0, 0x80, layout == Layout::bios_fat ? 0x0c : 7, kBootAt / 512, kBootSize / 512);
  put_mbr_entry(table, 0, 1, 0, 7, (kBootAt + kBootSize) / 512, windows);
  return table;
}

/// Puts the update sequence back into a file record (the reverse of undo_ntfs_fixups).
void redo_fixups(std::string& record) {
  const std::size_t at = le16(record, 4), count = le16(record, 6);
  for (std::size_t i = 1; i < count; ++i) {
    put(record, at + 2 * i, record.substr(i * 512 - 2, 2));
    put(record, i * 512 - 2, record.substr(at, 2));
  }
}

/// Makes a folder of an empty file: ntfscp makes files only, and folders would take a mount. Its data become
/// an index without entries (24 and 8 bytes of header and name, 16 of root, 16 of node, 16 of the last
/// entry).
void make_folder(const fs::path& volume, NtfsVolume::File number) {
  const auto bytes = read_file(volume, 1u << 30);
  const auto at = le64(bytes, 48) * le8(bytes, 13) * 512 + number * 1024;
  auto record = bytes.substr(at, 1024);
  undo_ntfs_fixups(record, "FILE");
  std::size_t data = le16(record, 20);
  while (le32(record, data) != NtfsAttribute::kData) data += le32(record, data + 4);
  const auto id = record.substr(data + 14, 2);
  record.resize(data);
  record +=
      le(NtfsAttribute::kIndexRoot, 4) + le(0x50, 4) + le(0, 1) + le(4, 1) + le(0x18, 2) + le(0, 2) + id;
  record += le(0x30, 4) + le(0x20, 2) + le(0, 2) + std::string("$\0I\0003\0000\0", 8);
  record += le(0x30, 4) + le(1, 4) + le(4096, 4) + le(1, 4);
  record += le(16, 4) + le(32, 4) + le(32, 4) + le(0, 4) + le(0, 8) + le(16, 2) + le(0, 2) + le(2, 4);
  record += le(0xffffffff, 4) + le(0, 4);
  put(record, 24, le(record.size(), 4));
  put(record, 22, le(3, 2));  // in use, a folder
  record.resize(1024);
  redo_fixups(record);
  patch(volume, at, record);
}

/// Puts files into a fresh volume, with the folders on their paths ("/Boot/BCD").
void make_ntfs(const fs::path& volume, std::uint64_t size, const std::map<std::string, std::string>& files) {
  set_size(volume, size);
  run({"mkntfs", "-F", "-Q", "-q", "-s", "512", "-p", "0", "-H", "0", "-S", "0", volume.string()});
  const auto source = volume.string() + ".in";
  const auto put_file = [&](const std::string& path, std::string_view bytes) {
    write_build_file(source, bytes);
    run({"ntfscp", "-f", "-q", volume.string(), source, path});
  };
  std::set<std::string> folders;
  for (const auto& [path, bytes] : files) {
    for (auto end = path.find('/', 1); end != std::string::npos; end = path.find('/', end + 1)) {
      auto folder = path.substr(0, end);
      if (!folders.insert(folder).second) continue;
      put_file(folder, "");
      std::replace(folder.begin(), folder.end(), '/', '\\');
      MemoryDevice device(read_file(volume, 1u << 30));
      make_folder(volume, *NtfsVolume(device).find(folder));
    }
    if (path == kHibernation) {
      // ntfscp touches no volume that has one, so it comes last: no name here sorts behind it.
      put_file(path, bytes);
      continue;
    }
    // First its beginning, then something behind that, then all of it: a file in pieces.
    put_file(path, std::string_view(bytes).substr(0, bytes.size() / 2));
    put_file("/filler" + std::to_string(std::hash<std::string>()(path)), std::string(20000, 'f'));
    put_file(path, bytes);
  }
  fs::remove(source);
}

void make_fat(const fs::path& volume, const std::string& folder, const std::string& store) {
  set_size(volume, kBootSize);
  run({"mkfs.vfat", "-F", "32", volume.string()});
  for (auto end = folder.find('/', 1);; end = folder.find('/', end + 1)) {
    run({"mmd", "-i", volume.string(), "::" + folder.substr(0, end)});
    if (end == std::string::npos) break;
  }
  const auto source = volume.string() + ".in";
  write_build_file(source, store);
  run({"mcopy", "-i", volume.string(), source, "::" + folder + "/BCD"});
  fs::remove(source);
}

std::map<std::string, std::string> files_of_windows(const Windows& windows) {
  std::map<std::string, std::string> files = windows.files;
  if (!windows.system.empty()) files["/Windows/System32/config/SYSTEM"] = windows.system;
  if (!windows.software.empty()) files["/Windows/System32/config/SOFTWARE"] = windows.software;
  if (windows.layout == Layout::bios_one) files["/Boot/BCD"] = windows.store;
  return files;
}

}  // namespace

void run(const std::vector<std::string>& argv) {
  Command command;
  command.argv = argv;
  command.env = {{"MTOOLSRC", "/dev/null"}, {"MTOOLS_SKIP_CHECK", "1"}, {"LC_ALL", "C"}};
  const auto result = run_command(command);
  if (!result.ok()) throw Error(ErrorKind::environment, argv[0] + " failed: " + result.err + result.out);
}

fs::path scratch() {
  const fs::path memory = "/dev/shm";
  std::error_code error;
  const auto space = fs::space(memory, error);
  const bool good = !error && space.available > (1ull << 30) && ::access(memory.c_str(), W_OK) == 0;
  return good ? memory : fs::temp_directory_path();
}

std::string missing_program() {
  for (const auto* name : {"mkntfs", "ntfscp", "mkfs.vfat", "mcopy", "mmd", "qemu-img", "qemu-nbd"})
    if (!find_program(name)) return name;
  return {};
}

Windows sound_windows(Layout layout) {
  return {layout, boot_store().bytes(), system_hive().bytes(), software_hive().bytes()};
}

std::uint64_t boot_offset(Layout) {
  return kBootAt;
}

std::uint64_t windows_offset(Layout layout) {
  return layout == Layout::bios_one ? kBootAt : kBootAt + kBootSize;
}

void make_disk(const Windows& windows, const fs::path& disk) {
  const auto size = windows.windows_mib * kMib, all = kBootAt + kBootSize + size + kMib;
  set_size(disk, all);
  patch(disk, 0, windows.layout == Layout::uefi ? gpt_sectors(all, size) : mbr_sector(windows.layout, size));
  const auto part = disk.string() + ".part";
  make_ntfs(part, size, files_of_windows(windows));
  put_partition(part, disk, windows_offset(windows.layout));
  fs::remove(part);
  if (windows.layout == Layout::bios_one) return;
  if (windows.layout == Layout::bios_ntfs)
    make_ntfs(part, kBootSize, {{"/Boot/BCD", windows.store}});
  else
    make_fat(part, windows.layout == Layout::uefi ? "/EFI/Microsoft/Boot" : "/Boot", windows.store);
  put_partition(part, disk, kBootAt);
  fs::remove(part);
}

Image make_image(const Windows& windows, const fs::path& folder,
                 const std::function<void(const fs::path&)>& damage) {
  const auto disk = folder / "disk";
  make_disk(windows, disk);
  if (damage) damage(disk);
  Image image{folder / "golden.qcow2", folder / "overlay.qcow2"};
  run({"qemu-img", "convert", "-q", "-f", "raw", "-O", "qcow2", disk.string(), image.golden.string()});
  fs::remove(disk);
  create_overlay(image.golden, image.overlay, CancelToken());
  return image;
}

void patch(const fs::path& file, std::uint64_t offset, std::string_view bytes) {
  const UniqueFd fd(::open(file.c_str(), O_RDWR | O_CLOEXEC));
  if (!fd || ::pwrite(fd.get(), bytes.data(), bytes.size(), static_cast<off_t>(offset)) !=
                 static_cast<ssize_t>(bytes.size()))
    throw Error(ErrorKind::environment, "a test's file cannot be changed");
}

}  // namespace smx::vm::test
