// Runs a fuzz target over every file of the folders given, and over every beginning of each file.

#include <fmt/core.h>

#include <cstdint>
#include <filesystem>

#include "harness/core/error.h"
#include "harness/core/files.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

void replay(const std::filesystem::path& file) {
  const auto text = smx::read_file(file);
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(text.data());
  for (std::size_t size = 0; size <= text.size(); ++size) LLVMFuzzerTestOneInput(bytes, size);
}

}  // namespace

int main(int argc, char** argv) try {
  std::size_t files = 0;
  for (int i = 1; i < argc; ++i) {
    for (const auto& entry : std::filesystem::directory_iterator(argv[i])) {
      replay(entry.path());
      ++files;
    }
  }
  fmt::print("{} files replayed\n", files);
  return files == 0 ? 1 : 0;  // an empty corpus tests nothing
} catch (const std::exception& e) {
  fmt::print(stderr, "replay: {}\n", e.what());
  return 1;
}
