#include "tests/unit/reports/golden.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <sstream>

#include "harness/core/files.h"

namespace smx::testing {

std::filesystem::path source_dir() {
  return SMX_SOURCE_DIR;
}

void expect_golden(const std::string& name, const std::string& actual) {
  const auto path = source_dir() / "tests/unit/reports/golden" / name;
  const char* approve = std::getenv("SMX_APPROVE");
  if (approve && std::string(approve) == "1") {
    write_file_atomically(path, actual);
    return;
  }
  ASSERT_TRUE(std::filesystem::exists(path)) << path << " is missing; scripts/approve-golden makes it";
  const auto expected = read_file(path);
  if (expected == actual) return;
  std::istringstream was(expected), is(actual);
  std::string a, b;
  int line = 0;
  bool more_a = true, more_b = true;
  do {
    more_a = static_cast<bool>(std::getline(was, a)), more_b = static_cast<bool>(std::getline(is, b));
    ++line;
  } while (more_a && more_b && a == b);
  FAIL() << path << ":" << line << " differs\n  golden: " << (more_a ? a.substr(0, 300) : "(end)")
         << "\n  actual: " << (more_b ? b.substr(0, 300) : "(end)")
         << "\nIf the change is meant, run scripts/approve-golden and review its diff.";
}

}  // namespace smx::testing
