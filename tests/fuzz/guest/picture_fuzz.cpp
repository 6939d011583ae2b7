#include <string_view>

#include "harness/core/error.h"
#include "tests/fuzz/fuzz_check.h"
#include "vm/hypervisor/picture.h"

// What QEMU says a guest's screen shows.

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  try {
    const auto png = smx::vm::png_of_ppm({reinterpret_cast<const char*>(data), size});
    FUZZ_CHECK(png.starts_with("\x89PNG"));
  } catch (const smx::Error& e) {
    FUZZ_CHECK(e.kind() == smx::ErrorKind::guest);
  }
  return 0;
}
