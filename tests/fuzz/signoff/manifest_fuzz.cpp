#include "harness/core/error.h"
#include "harness/signoff/manifest.h"
#include "tests/fuzz/fuzz_check.h"

// Bytes as a manifest: refused in one line, or all its paths stay inside a bundle and it is what it would be
// written as.

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace smx::signoff;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  try {
    const auto manifest = parse_manifest(bytes);
    for (const auto& file : manifest.files) FUZZ_CHECK(is_bundle_path(file.path));
    const auto again = parse_manifest(manifest_text(manifest));
    FUZZ_CHECK(again.files == manifest.files);
    FUZZ_CHECK(again.subjects == manifest.subjects);
  } catch (const smx::Error& e) {
    FUZZ_CHECK(e.kind() == smx::ErrorKind::usage);
    for (const char* c = e.what(); *c != '\0'; ++c) FUZZ_CHECK(static_cast<unsigned char>(*c) >= 0x20);
  }
  return 0;
}
