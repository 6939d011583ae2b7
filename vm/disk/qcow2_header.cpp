#include "vm/disk/qcow2_header.h"

#include <fmt/format.h>

#include <cstdint>
#include <fstream>

#include "harness/core/error.h"
#include "harness/core/little_endian.h"

namespace smx::vm {
namespace {

constexpr std::size_t kRead = 64u << 10;  ///< the header and its file name are in the first cluster
constexpr std::uint32_t kLongestName = 1023;

std::uint64_t big_endian(std::string_view bytes, std::size_t offset, std::size_t size) {
  std::uint64_t n = 0;
  for (std::size_t i = 0; i < size; ++i) n = n << 8 | le8(bytes, offset + i);
  return n;
}

}  // namespace

Qcow2Header parse_qcow2_header(std::string_view bytes, const std::string& name) {
  if (bytes.size() < 72 || !bytes.starts_with("QFI\xfb"))
    throw Error(ErrorKind::usage,
                name + " is not a qcow2 image; `qemu-img convert -O qcow2` makes one of other kinds");
  Qcow2Header header;
  header.version = static_cast<unsigned>(big_endian(bytes, 4, 4));
  if (header.version != 2 && header.version != 3)
    throw Error(ErrorKind::usage,
                fmt::format("{} is a qcow2 image of the unknown version {}", name, header.version));
  const auto offset = big_endian(bytes, 8, 8), size = big_endian(bytes, 16, 4);
  if (offset != 0) {
    if (size > kLongestName || !holds(bytes, offset, size))
      throw Error(ErrorKind::usage, name + " is damaged: its backing file's name is not where it should be");
    header.backing = bytes.substr(offset, size);
  }
  if (header.version == 3 && bytes.size() >= 80) {
    const auto features = big_endian(bytes, 72, 8);
    header.corrupt = features & 2;
    header.external_data = features & 4;
  }
  return header;
}

Qcow2Header read_qcow2_header(const std::filesystem::path& image) {
  std::ifstream in(image, std::ios::binary);
  std::error_code error;
  if (!in || !std::filesystem::is_regular_file(image, error))
    throw Error(ErrorKind::usage, "the image " + image.string() + " cannot be read; is the path right?");
  std::string bytes(kRead, '\0');
  in.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  bytes.resize(static_cast<std::size_t>(in.gcount()));
  return parse_qcow2_header(bytes, image.string());
}

}  // namespace smx::vm
