#include "vm/disk/block_device.h"

#include <fmt/format.h>

#include <algorithm>

#include "harness/core/error.h"

namespace smx::vm {

void check_range(std::uint64_t offset, std::uint64_t length, std::uint64_t size) {
  if (offset <= size && length <= size - offset) return;
  throw Error(
      ErrorKind::usage,
      fmt::format("the disk is damaged: something of it is said to be {} bytes at {}, and it ends at {}",
                  length, offset, size));
}

std::string read_bytes(BlockDevice& device, std::uint64_t offset, std::uint64_t length) {
  // Before the memory is asked for.
  check_range(offset, length, device.size());
  std::string bytes(length, '\0');
  device.read(offset, bytes);
  return bytes;
}

PartOfDevice::PartOfDevice(BlockDevice& whole, std::uint64_t offset, std::uint64_t size)
    : whole_(whole), offset_(offset), size_(size) {
  check_range(offset, size, whole.size());
}

void PartOfDevice::read(std::uint64_t offset, std::span<char> into) {
  check_range(offset, into.size(), size_);
  whole_.read(offset_ + offset, into);
}

void PartOfDevice::write(std::uint64_t offset, std::string_view bytes) {
  check_range(offset, bytes.size(), size_);
  whole_.write(offset_ + offset, bytes);
}

std::uint64_t PartOfDevice::zeros(std::uint64_t offset, std::uint64_t length) {
  check_range(offset, length, size_);
  return whole_.zeros(offset_ + offset, length);
}

void MemoryDevice::read(std::uint64_t offset, std::span<char> into) {
  check_range(offset, into.size(), bytes_.size());
  bytes_.copy(into.data(), into.size(), offset);
}

void MemoryDevice::write(std::uint64_t offset, std::string_view bytes) {
  check_range(offset, bytes.size(), bytes_.size());
  bytes_.replace(offset, bytes.size(), bytes);
}

}  // namespace smx::vm
