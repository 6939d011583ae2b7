#include "vm/image/kernel_image.h"

#include <gmock/gmock.h>
#include <lzma.h>

#include "tests/unit/image/error_matcher.h"

namespace smx::vm {
namespace {

using test::error_of;
using testing::HasSubstr;

const std::string kElf = "\177ELF" + std::string(100000, 'k') + "end";

std::string xz(const std::string& plain) {
  std::string out(lzma_stream_buffer_bound(plain.size()), '\0');
  std::size_t size = 0;
  EXPECT_EQ(lzma_easy_buffer_encode(6, LZMA_CHECK_CRC32, nullptr,
                                    reinterpret_cast<const std::uint8_t*>(plain.data()), plain.size(),
                                    reinterpret_cast<std::uint8_t*>(out.data()), &size, out.size()),
            LZMA_OK);
  out.resize(size);
  return out;
}

void put(std::string& bytes, std::size_t at, std::uint32_t value) {
  for (std::size_t i = 0; i < 4; ++i) bytes[at + i] = static_cast<char>(value >> (8 * i));
}

/// A bzImage with two setup sectors and 16 bytes of code before the payload.
std::string bz_image(const std::string& payload) {
  std::string bytes(3 * 512 + 16, '\0');
  bytes[0x1f1] = 2;
  bytes.replace(0x202, 4, "HdrS");
  bytes[0x206] = '\x0f';
  bytes[0x207] = '\x02';
  put(bytes, 0x248, 16);
  put(bytes, 0x24c, static_cast<std::uint32_t>(payload.size()));
  return bytes + payload + "tail";
}

TEST(UnpackKernel, gives_the_elf_file_inside) {
  // As in a real one, the payload ends with four bytes of the unpacked size.
  EXPECT_EQ(unpack_kernel(bz_image(xz(kElf) + "size")), kElf);
}

TEST(UnpackKernel, takes_zero_setup_sectors_for_four) {
  auto image = bz_image(xz(kElf));
  image[0x1f1] = 0;
  image.insert(3 * 512, 2 * 512, '\0');
  EXPECT_EQ(unpack_kernel(image), kElf);
}

TEST(UnpackKernel, refuses_what_is_no_kernel) {
  EXPECT_THAT(error_of([] { unpack_kernel(""); }), HasSubstr("environment: "));
  EXPECT_THAT(error_of([] { unpack_kernel(std::string(5000, 'x')); }), HasSubstr("no setup header"));
}

TEST(UnpackKernel, refuses_an_old_boot_protocol) {
  auto image = bz_image(xz(kElf));
  image[0x206] = '\x07';
  EXPECT_THAT(error_of([&] { unpack_kernel(image); }), HasSubstr("2.07 is older than 2.08"));
}

TEST(UnpackKernel, refuses_a_payload_outside_of_the_file) {
  auto image = bz_image(xz(kElf));
  put(image, 0x248, 0xfffffff0);
  EXPECT_THAT(error_of([&] { unpack_kernel(image); }), HasSubstr("outside of the file"));
  image = bz_image(xz(kElf));
  put(image, 0x24c, 0xffffffff);
  EXPECT_THAT(error_of([&] { unpack_kernel(image); }), HasSubstr("outside of the file"));
}

TEST(UnpackKernel, refuses_a_cut_stream) {
  const auto whole = xz(kElf);
  EXPECT_THAT(error_of([&] { unpack_kernel(bz_image(whole.substr(0, whole.size() / 2))); }),
              HasSubstr("cut off"));
}

TEST(UnpackKernel, refuses_a_damaged_stream) {
  auto stream = xz(kElf);
  stream[stream.size() / 2] = static_cast<char>(stream[stream.size() / 2] ^ 0x55);
  EXPECT_THAT(error_of([&] { unpack_kernel(bz_image(stream)); }), HasSubstr("not a valid XZ stream"));
}

TEST(UnpackKernel, refuses_a_payload_that_is_no_elf) {
  EXPECT_THAT(error_of([] { unpack_kernel(bz_image(xz("MZ is something else"))); }), HasSubstr("not an ELF"));
}

}  // namespace
}  // namespace smx::vm
