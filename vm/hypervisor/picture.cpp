#include "vm/hypervisor/picture.h"

#include <png.h>

#include <cctype>
#include <charconv>

#include "harness/core/error.h"

namespace smx::vm {
namespace {

constexpr unsigned kLongestSide = 8192;

[[noreturn]] void refuse(const std::string& why) {
  throw Error(ErrorKind::guest, "the picture of the machine's screen " + why);
}

/// A number of the header, after white space and comments; what follows it stays.
unsigned take_number(std::string_view& text) {
  while (!text.empty()) {
    if (text.front() == '#')
      text.remove_prefix(std::min(text.size(), text.find('\n')));
    else if (std::isspace(static_cast<unsigned char>(text.front())) != 0)
      text.remove_prefix(1);
    else
      break;
  }
  unsigned number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc()) refuse("has no sound PPM header");
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return number;
}

}  // namespace

std::string png_of_ppm(std::string_view ppm) {
  if (!ppm.starts_with("P6")) refuse("is not a PPM image");
  ppm.remove_prefix(2);
  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  image.format = PNG_FORMAT_RGB;
  image.width = take_number(ppm);
  image.height = take_number(ppm);
  const auto most = take_number(ppm);
  if (image.width == 0 || image.height == 0 || image.width > kLongestSide || image.height > kLongestSide)
    refuse("is empty or too large");
  if (most != 255 || ppm.empty()) refuse("has samples that are not bytes");
  ppm.remove_prefix(1);  // one white space ends the header
  if (ppm.size() != std::size_t{3} * image.width * image.height) refuse("ends early or late");
  png_alloc_size_t size = 0;
  if (png_image_write_to_memory(&image, nullptr, &size, 0, ppm.data(), 0, nullptr) == 0)
    refuse(std::string("cannot be made a PNG: ") + image.message);
  std::string png(size, '\0');
  if (png_image_write_to_memory(&image, png.data(), &size, 0, ppm.data(), 0, nullptr) == 0)
    refuse(std::string("cannot be made a PNG: ") + image.message);
  png.resize(size);
  return png;
}

}  // namespace smx::vm
