#include <fmt/format.h>

#include <algorithm>

#include "harness/core/error.h"
#include "harness/core/files.h"
#include "harness/core/little_endian.h"
#include "harness/core/process.h"
#include "harness/core/text.h"
#include "vm/disk/boot_volume.h"
#include "vm/disk/ntfs_volume.h"
#include "vm/disk/sparse_copy.h"

namespace smx::vm {
namespace {

constexpr std::uint64_t kLargest = 2ull << 30;

class FatBootVolume : public BootVolume {
 public:
  FatBootVolume(BlockDevice& partition, const CancelToken& cancel) : partition_(partition), cancel_(cancel) {
    if (partition.size() > kLargest)
      throw Error(ErrorKind::usage, fmt::format("the image's boot partition has {} MiB; a FAT partition of "
                                                "at most {} MiB is read",
                                                partition.size() >> 20, kLargest >> 20));
    copy_.copy(partition, 0, partition.size());
  }

  std::optional<std::string> read(const std::string& path) override {
    const auto out = folder_.path() / "out";
    std::filesystem::remove(out);
    const auto result = mcopy({"-n", "-i", copy_.file().string(), name_of(path), out.string()});
    if (!result.ok()) {
      if (result.err.find("not found") != std::string::npos) return {};
      refuse("read", path, result);
    }
    return read_file(out, kLargestFile);
  }

  void replace(const std::string& path, const std::string& bytes) override {
    const auto in = folder_.path() / "in";
    write_file_atomically(in, bytes);
    const auto result = mcopy({"-D", "o", "-i", copy_.file().string(), in.string(), name_of(path)});
    if (!result.ok()) refuse("written", path, result);
    if (read(path) != bytes) refuse("written", path, result);
    copy_.write_back(partition_);
  }

 private:
  static std::string name_of(std::string path) {
    std::replace(path.begin(), path.end(), '\\', '/');
    return "::" + path;
  }

  CommandResult mcopy(std::vector<std::string> arguments) const {
    if (!find_program("mcopy"))
      throw Error(ErrorKind::environment, "mcopy is not installed: apt-get install mtools");
    Command command;
    command.argv = {"mcopy"};
    command.argv.insert(command.argv.end(), arguments.begin(), arguments.end());
    // No configuration of this host's, and no complaint about geometry that only floppies have.
    command.env = {{"MTOOLSRC", "/dev/null"}, {"MTOOLS_SKIP_CHECK", "1"}, {"LC_ALL", "C"}};
    return run_command(command, cancel_);
  }

  [[noreturn]] void refuse(const char* doing, const std::string& path, const CommandResult& result) const {
    throw Error(ErrorKind::usage, fmt::format("{} on the image's FAT boot partition cannot be {}: {}", path,
                                              doing, sanitize_guest_text(result.err, 300)));
  }

  BlockDevice& partition_;
  const CancelToken& cancel_;
  TempDir folder_{std::filesystem::temp_directory_path(), "smx-fat-"};
  SparseCopy copy_{folder_.path() / "partition", partition_.size()};
};

}  // namespace

bool is_fat(BlockDevice& partition) {
  if (partition.size() < 512) return false;
  const auto sector = read_bytes(partition, 0, 512);
  return le16(sector, 510) == 0xaa55 &&
         (sector.compare(82, 5, "FAT32") == 0 || sector.compare(54, 3, "FAT") == 0);
}

std::unique_ptr<BootVolume> open_fat_volume(BlockDevice& partition, const CancelToken& cancel) {
  return std::make_unique<FatBootVolume>(partition, cancel);
}

std::unique_ptr<BootVolume> open_boot_volume(BlockDevice& partition, const CancelToken& cancel) {
  if (NtfsVolume::is_ntfs(partition)) return open_ntfs_volume(partition, cancel);
  if (is_fat(partition)) return open_fat_volume(partition, cancel);
  return nullptr;
}

}  // namespace smx::vm
