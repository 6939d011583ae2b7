#include <fmt/format.h>

#include "harness/core/error.h"
#include "harness/core/files.h"
#include "harness/core/process.h"
#include "harness/core/text.h"
#include "vm/disk/boot_volume.h"
#include "vm/disk/ntfs_volume.h"
#include "vm/disk/sparse_copy.h"

namespace smx::vm {
namespace {

constexpr NtfsVolume::File kLastSystemFile = 15;
constexpr std::uint64_t kMostCopied = 4ull << 30;
constexpr Milliseconds kCopyLimit{120000};

class NtfsBootVolume : public BootVolume {
 public:
  NtfsBootVolume(BlockDevice& partition, const CancelToken& cancel)
      : partition_(partition), cancel_(cancel), volume_(partition) {}

  std::optional<std::string> read(const std::string& path) override {
    const auto file = volume_.find(path);
    if (!file) return {};
    return volume_.read(*file, kLargestFile);
  }

  void replace(const std::string& path, const std::string& bytes) override {
    check_at_rest();
    const auto file = volume_.find(path);
    if (!file) throw Error(ErrorKind::internal, path + " is to be replaced, and is not there");
    if (!volume_.overwrite(*file, bytes)) replace_in_copy(path, *file, bytes);
    // Read anew: the file may be elsewhere now.
    volume_ = NtfsVolume(partition_);
    if (read(path) != bytes)
      throw Error(ErrorKind::environment, path +
                                              " on the image's NTFS boot partition was written, and reads "
                                              "as something else; throw the overlay away");
  }

 private:
  /// Whatever else the log holds would be carried out by Windows over what is written here.
  void check_at_rest() {
    if (volume_.dirty() || !volume_.log_is_clean())
      throw Error(ErrorKind::usage,
                  "the image's NTFS boot partition was not unmounted: its log has changes "
                  "that are not carried out; boot it in normal mode and shut it down from "
                  "its own menu, or take a fresh overlay");
  }

  void copy_streams(SparseCopy& copy, NtfsVolume::File file, std::uint64_t& left) {
    for (const auto& [attribute, stream] : volume_.streams(file)) {
      for (const auto& run : stream.runs) {
        if (!run.lcn) continue;
        const auto bytes = run.length * volume_.cluster_size();
        if (bytes > left)
          throw Error(ErrorKind::usage,
                      "what describes the image's NTFS boot partition is larger than is "
                      "copied (4 GiB); give the image a boot partition of its own");
        left -= bytes;
        copy.copy(partition_, *run.lcn * volume_.cluster_size(), bytes);
        cancel_.check();
      }
    }
  }

  void replace_in_copy(const std::string& path, NtfsVolume::File file, const std::string& bytes) {
    if (!find_program("ntfscp"))
      throw Error(ErrorKind::environment, "ntfscp is not installed: apt-get install ntfs-3g");
    const TempDir folder(std::filesystem::temp_directory_path(), "smx-ntfs-");
    SparseCopy copy(folder.path() / "partition", partition_.size());
    auto left = kMostCopied;
    for (NtfsVolume::File system = 0; system <= kLastSystemFile; ++system)
      if (volume_.is_there(system)) copy_streams(copy, system, left);
    // The folder keeps its files' sizes too.
    const auto folder_of_file = volume_.find(path.substr(0, path.rfind('\\')));
    if (folder_of_file) copy_streams(copy, *folder_of_file, left);
    copy_streams(copy, file, left);
    write_file_atomically(folder.path() / "in", bytes);
    run_ntfscp(copy.file(), folder.path() / "in", path, file);
    copy.write_back(partition_);
  }

  void run_ntfscp(const std::filesystem::path& volume, const std::filesystem::path& from,
                  const std::string& path, NtfsVolume::File file) const {
    Command command;
    // -f: the volume is a file; that it is at rest was seen before. -i: the file by its record's number, as
    // names would have to be in their own case.
    command.argv = {"ntfscp", "-f", "-q", "-i", volume.string(), from.string(), std::to_string(file)};
    command.env = {{"LC_ALL", "C"}};
    command.time_limit = kCopyLimit;
    const auto result = run_command(command, cancel_);
    if (!result.ok())
      throw Error(ErrorKind::usage, fmt::format("{} on the image's NTFS boot partition cannot be written: {}",
                                                path, sanitize_guest_text(result.err + result.out, 300)));
  }

  BlockDevice& partition_;
  const CancelToken& cancel_;
  NtfsVolume volume_;
};

}  // namespace

std::unique_ptr<BootVolume> open_ntfs_volume(BlockDevice& partition, const CancelToken& cancel) {
  return std::make_unique<NtfsBootVolume>(partition, cancel);
}

}  // namespace smx::vm
