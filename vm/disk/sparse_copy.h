#pragma once

#include <filesystem>

#include "harness/core/unique_fd.h"
#include "vm/disk/block_device.h"

namespace smx::vm {

/// A file that is as large as a partition and holds parts of it, so that other programs can change it as if
/// it were the partition. What they changed is then brought back: every 4096-byte block that the file has
/// and that differs from the partition's. Blocks.
class SparseCopy {
 public:
  /// Makes `file`, which must not be there: `size` bytes, all of them holes. Throws Error(environment).
  SparseCopy(std::filesystem::path file, std::uint64_t size);

  const std::filesystem::path& file() const { return file_; }
  /// Copies a part; blocks of zeros stay holes. Throws Error(environment).
  void copy(BlockDevice& from, std::uint64_t offset, std::uint64_t length);
  /// Returns how many bytes it wrote. Throws Error(environment).
  std::uint64_t write_back(BlockDevice& to);

 private:
  std::uint64_t write_back(BlockDevice& to, std::uint64_t from, std::uint64_t end);

  std::filesystem::path file_;
  std::uint64_t size_;
  UniqueFd fd_;
};

}  // namespace smx::vm
