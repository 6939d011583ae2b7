#include <gtest/gtest.h>

#include <cstdint>
#include <filesystem>

#include "harness/core/files.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

void feed(const std::string& bytes) {
  LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
}

std::vector<std::string> files_below(const std::filesystem::path& folder) {
  std::vector<std::string> all;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder))
    if (entry.is_regular_file()) all.push_back(smx::read_file(entry.path()));
  return all;
}

TEST(SpecFuzz, replays_its_corpus) {
  const auto corpus = files_below(SMX_CORPUS);
  ASSERT_FALSE(corpus.empty());
  for (const auto& bytes : corpus) feed(bytes);
}

TEST(SpecFuzz, survives_every_prefix_of_a_matrix) {
  const auto matrix = smx::read_file(std::filesystem::path(SMX_SCENARIOS) / "matrices" / "reference.json");
  for (std::size_t length = 0; length <= matrix.size(); ++length) feed(matrix.substr(0, length));
}

TEST(SpecFuzz, survives_every_byte_replaced_by_a_telling_one) {
  const auto matrix = smx::read_file(std::filesystem::path(SMX_SCENARIOS) / "matrices" / "reference.json");
  for (std::size_t at = 0; at < matrix.size(); ++at)
    for (const char byte : {'\0', '"', '\\', '{', ']', ',', '/', '9', '\xFF', '\n'}) {
      auto bytes = matrix;
      bytes[at] = byte;
      feed(bytes);
    }
}

}  // namespace
