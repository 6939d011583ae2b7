#include "vm/image/cpio_archive.h"

#include <gmock/gmock.h>

#include <vector>

namespace smx::vm {
namespace {

struct Entry {
  std::string path, bytes;
  unsigned long mode = 0;
  bool operator==(const Entry&) const = default;
};

/// Reads the format again, from its description.
std::vector<Entry> entries(const std::string& archive) {
  const auto field = [&](std::size_t at, std::size_t i) {
    return std::stoul(archive.substr(at + 6 + 8 * i, 8), nullptr, 16);
  };
  const auto aligned = [](std::size_t n) { return (n + 3) / 4 * 4; };
  std::vector<Entry> found;
  for (std::size_t at = 0; at + 110 <= archive.size();) {
    EXPECT_EQ(archive.substr(at, 6), "070701");
    const auto name_size = field(at, 11), size = field(at, 6);
    EXPECT_EQ(archive[at + 110 + name_size - 1], '\0');
    EXPECT_EQ(field(at, 2) + field(at, 3), 0u) << "owned by root";
    const auto content = aligned(at + 110 + name_size);
    found.push_back({archive.substr(at + 110, name_size - 1), archive.substr(content, size), field(at, 1)});
    at = aligned(content + size);
  }
  return found;
}

TEST(CpioArchive, holds_folders_files_and_links) {
  CpioArchive archive;
  archive.add_folder("bin");
  archive.add_file("bin/a", "seven b", true);
  archive.add_file("bin/b", "");
  archive.add_link("bin/sh", "a");
  EXPECT_THAT(entries(archive.finish()),
              testing::ElementsAre(Entry{"bin", "", 040755}, Entry{"bin/a", "seven b", 0100755},
                                   Entry{"bin/b", "", 0100644}, Entry{"bin/sh", "a", 0120777},
                                   Entry{"TRAILER!!!", "", 0}));
}

TEST(CpioArchive, is_the_same_for_the_same_content) {
  const auto make = [](const std::string& bytes) {
    CpioArchive archive;
    archive.add_file("init", bytes, true);
    return archive.finish();
  };
  EXPECT_EQ(make("one"), make("one"));
  EXPECT_NE(make("one"), make("two"));
}

}  // namespace
}  // namespace smx::vm
