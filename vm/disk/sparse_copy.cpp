#include "vm/disk/sparse_copy.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

#include "harness/core/error.h"

namespace smx::vm {
namespace {

constexpr std::uint64_t kPiece = 1u << 20, kCopyBlock = 4096;

[[noreturn]] void fail(const std::filesystem::path& file) {
  throw Error(ErrorKind::environment, "the copy of a partition at " + file.string() +
                                          " cannot be used: " + std::generic_category().message(errno) +
                                          "; is there room in TMPDIR?");
}

void write_at(int fd, std::uint64_t offset, std::string_view bytes, const std::filesystem::path& file) {
  while (!bytes.empty()) {
    const auto n = ::pwrite(fd, bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) fail(file);
    offset += static_cast<std::uint64_t>(n);
    bytes.remove_prefix(static_cast<std::size_t>(n));
  }
}

std::string read_at(int fd, std::uint64_t offset, std::uint64_t length, const std::filesystem::path& file) {
  std::string bytes(length, '\0');
  for (std::size_t at = 0; at < bytes.size();) {
    const auto n = ::pread(fd, bytes.data() + at, bytes.size() - at, static_cast<off_t>(offset + at));
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) fail(file);
    at += static_cast<std::size_t>(n);
  }
  return bytes;
}

}  // namespace

SparseCopy::SparseCopy(std::filesystem::path file, std::uint64_t size)
    : file_(std::move(file)),
      size_(size),
      fd_(::open(file_.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600)) {
  if (!fd_ || ::ftruncate(fd_.get(), static_cast<off_t>(size)) != 0) fail(file_);
}

void SparseCopy::copy(BlockDevice& from, std::uint64_t offset, std::uint64_t length) {
  check_range(offset, length, size_);
  const auto end = offset + length;
  while (offset < end) {
    if (const auto zeros = from.zeros(offset, end - offset); zeros > 0) {
      offset += zeros;
      continue;
    }
    const auto bytes = read_bytes(from, offset, std::min(kPiece, end - offset));
    for (std::size_t at = 0; at < bytes.size(); at += kCopyBlock) {
      const auto block = std::string_view(bytes).substr(at, kCopyBlock);
      if (block.find_first_not_of('\0') != std::string_view::npos)
        write_at(fd_.get(), offset + at, block, file_);
    }
    offset += bytes.size();
  }
}

std::uint64_t SparseCopy::write_back(BlockDevice& to) {
  std::uint64_t written = 0;
  for (off_t at = 0;;) {
    const auto from = ::lseek(fd_.get(), at, SEEK_DATA);
    if (from < 0 && errno == ENXIO) return written;  // holes only from here on
    const auto end = from < 0 ? from : ::lseek(fd_.get(), from, SEEK_HOLE);
    if (end < 0) fail(file_);
    written +=
        write_back(to, static_cast<std::uint64_t>(from), std::min(static_cast<std::uint64_t>(end), size_));
    at = end;
  }
}

std::uint64_t SparseCopy::write_back(BlockDevice& to, std::uint64_t from, std::uint64_t end) {
  std::uint64_t written = 0;
  while (from < end) {
    const auto length = std::min(kPiece, end - from);
    const auto now = read_at(fd_.get(), from, length, file_), before = read_bytes(to, from, length);
    for (std::size_t at = 0; at < now.size(); at += kCopyBlock) {
      const auto block = std::string_view(now).substr(at, kCopyBlock);
      if (before.compare(at, kCopyBlock, block) == 0) continue;
      to.write(from + at, block);
      written += block.size();
    }
    from += length;
  }
  return written;
}

}  // namespace smx::vm
