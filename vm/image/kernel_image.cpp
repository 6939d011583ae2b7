#include "vm/image/kernel_image.h"

#include <fmt/core.h>
#include <lzma.h>

#include <cstdint>

#include "harness/core/error.h"

namespace smx::vm {
namespace {

constexpr std::size_t kSector = 512;
constexpr std::size_t kLargestKernel = 256u << 20;
constexpr std::uint64_t kMemoryLimit = 256u << 20;

[[noreturn]] void refuse(const std::string& why) {
  throw Error(ErrorKind::environment, "the kernel package's vmlinuz cannot be unpacked: " + why);
}

std::uint32_t little_endian(std::string_view bytes, std::size_t at, std::size_t width) {
  if (at + width > bytes.size()) refuse("it ends inside its setup header");
  std::uint32_t value = 0;
  for (std::size_t i = width; i-- > 0;) value = value << 8 | static_cast<unsigned char>(bytes[at + i]);
  return value;
}

std::string_view payload_of(std::string_view vmlinuz) {
  if (vmlinuz.size() < 0x250 || vmlinuz.substr(0x202, 4) != "HdrS") refuse("it has no setup header");
  if (const auto version = little_endian(vmlinuz, 0x206, 2); version < 0x208)
    refuse(fmt::format("its boot protocol {}.{:02} is older than 2.08", version >> 8, version & 0xff));
  const auto sectors = little_endian(vmlinuz, 0x1f1, 1);
  const auto start = (std::size_t{sectors ? sectors : 4} + 1) * kSector + little_endian(vmlinuz, 0x248, 4);
  const auto length = little_endian(vmlinuz, 0x24c, 4);
  if (start > vmlinuz.size() || length > vmlinuz.size() - start)
    refuse("its payload lies outside of the file");
  return vmlinuz.substr(start, length);
}

/// Ends a decoder whatever happens.
struct Decoder {
  lzma_stream stream = LZMA_STREAM_INIT;
  Decoder() {
    if (lzma_stream_decoder(&stream, kMemoryLimit, 0) != LZMA_OK) refuse("liblzma cannot be started");
  }
  ~Decoder() { lzma_end(&stream); }
  Decoder(const Decoder&) = delete;
  Decoder& operator=(const Decoder&) = delete;
};

std::string unpack_xz(std::string_view payload) {
  Decoder decoder;
  auto& stream = decoder.stream;
  stream.next_in = reinterpret_cast<const std::uint8_t*>(payload.data());
  stream.avail_in = payload.size();
  std::string out;
  for (lzma_ret end = LZMA_OK; end != LZMA_STREAM_END;) {
    const auto have = out.size();
    if (have >= kLargestKernel) refuse("it unpacks to more than 256 MiB");
    out.resize(have + (8u << 20));
    stream.next_out = reinterpret_cast<std::uint8_t*>(out.data()) + have;
    stream.avail_out = out.size() - have;
    end = lzma_code(&stream, LZMA_RUN);
    out.resize(out.size() - stream.avail_out);
    if (end != LZMA_OK && end != LZMA_STREAM_END)
      refuse(end == LZMA_BUF_ERROR ? "its XZ stream is cut off" : "its payload is not a valid XZ stream");
  }
  return out;
}

}  // namespace

std::string unpack_kernel(std::string_view vmlinuz) {
  auto kernel = unpack_xz(payload_of(vmlinuz));
  if (!kernel.starts_with("\177ELF")) refuse("its payload is not an ELF file");
  return kernel;
}

}  // namespace smx::vm
