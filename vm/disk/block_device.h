#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace smx::vm {

/// A disk, or a part of one, whose bytes may be untrusted. Not thread-safe; every call blocks until it is
/// done.
class BlockDevice {
 public:
  virtual ~BlockDevice() = default;
  /// Bytes.
  virtual std::uint64_t size() const = 0;
  /// Fills `into` from `offset`. Throws Error(usage) past the end, Error(environment) when it cannot be read.
  virtual void read(std::uint64_t offset, std::span<char> into) = 0;
  /// Throws likewise, and Error(internal) when it was opened for reading only.
  virtual void write(std::uint64_t offset, std::string_view bytes) = 0;
  /// How many of the `length` bytes from `offset` are known to be zeros without reading them; 0 when nothing
  /// is known.
  virtual std::uint64_t zeros(std::uint64_t offset, std::uint64_t length) = 0;
};

/// `length` bytes of it. Throws as `read`; the caller bounds `length`.
std::string read_bytes(BlockDevice& device, std::uint64_t offset, std::uint64_t length);

/// A partition. Reads and writes do not leave it.
class PartOfDevice : public BlockDevice {
 public:
  /// `whole` outlives this. Throws Error(usage) when it does not hold the part.
  PartOfDevice(BlockDevice& whole, std::uint64_t offset, std::uint64_t size);
  std::uint64_t size() const override { return size_; }
  void read(std::uint64_t offset, std::span<char> into) override;
  void write(std::uint64_t offset, std::string_view bytes) override;
  std::uint64_t zeros(std::uint64_t offset, std::uint64_t length) override;

 private:
  BlockDevice& whole_;
  std::uint64_t offset_, size_;
};

/// Bytes in memory: for tests and fuzz targets.
class MemoryDevice : public BlockDevice {
 public:
  explicit MemoryDevice(std::string bytes) : bytes_(std::move(bytes)) {}
  std::uint64_t size() const override { return bytes_.size(); }
  void read(std::uint64_t offset, std::span<char> into) override;
  void write(std::uint64_t offset, std::string_view bytes) override;
  std::uint64_t zeros(std::uint64_t, std::uint64_t) override { return 0; }
  const std::string& bytes() const { return bytes_; }

 private:
  std::string bytes_;
};

/// Throws Error(usage) unless [offset, offset + length) is within `size`.
void check_range(std::uint64_t offset, std::uint64_t length, std::uint64_t size);

}  // namespace smx::vm
