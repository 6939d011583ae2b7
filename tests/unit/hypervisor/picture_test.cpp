#include "vm/hypervisor/picture.h"

#include <gtest/gtest.h>
#include <png.h>

#include <vector>

#include "harness/core/error.h"

namespace smx::vm {
namespace {

TEST(Picture, becomes_a_png_with_the_same_pixels) {
  const std::string pixels(
      "\xff\x00\x00"
      "\x00\x7f\x01",
      6);
  const auto png = png_of_ppm("P6\n# a comment\n2 1\n255\n" + pixels);
  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  ASSERT_NE(png_image_begin_read_from_memory(&image, png.data(), png.size()), 0);
  EXPECT_EQ(image.width, 2u);
  EXPECT_EQ(image.height, 1u);
  image.format = PNG_FORMAT_RGB;
  std::string back(PNG_IMAGE_SIZE(image), '\0');
  ASSERT_NE(png_image_finish_read(&image, nullptr, back.data(), 0, nullptr), 0);
  EXPECT_EQ(back, pixels);
}

TEST(Picture, that_is_no_sound_ppm_is_refused) {
  for (const std::string bad :
       {"", "P5\n1 1\n255\nx", "P6", "P6\n", "P6\n0 1\n255\n", "P6\n1 0\n255\n", "P6\n1 1\n65535\nabcdef",
        "P6\n1 1\n255\nab", "P6\n1 1\n255\nabcd", "P6\n-1 1\n255\nabc", "P6\n8193 1\n255\n", "P6\n1 1\n255",
        "P6\n99999999999 1\n255\n", "P6 # no end"})
    EXPECT_THROW(png_of_ppm(bad), Error) << bad;
}

}  // namespace
}  // namespace smx::vm
