#pragma once

#include <algorithm>
#include <string>

#include "vm/disk/block_device.h"

namespace smx::vm::test {

/// A disk that begins with the fuzzer's bytes and is zeros from there on, so that small inputs are whole
/// disks.
class PaddedDevice : public BlockDevice {
 public:
  PaddedDevice(std::string bytes, std::uint64_t size) : bytes_(std::move(bytes)), size_(size) {}
  std::uint64_t size() const override { return size_; }
  void read(std::uint64_t offset, std::span<char> into) override {
    check_range(offset, into.size(), size_);
    std::fill(into.begin(), into.end(), '\0');
    if (offset < bytes_.size()) bytes_.copy(into.data(), into.size(), offset);
  }
  void write(std::uint64_t offset, std::string_view bytes) override {
    check_range(offset, bytes.size(), size_);
    if (bytes_.size() < offset + bytes.size()) bytes_.resize(offset + bytes.size());
    bytes_.replace(offset, bytes.size(), bytes);
  }
  std::uint64_t zeros(std::uint64_t, std::uint64_t) override { return 0; }

 private:
  std::string bytes_;
  std::uint64_t size_;
};

}  // namespace smx::vm::test
