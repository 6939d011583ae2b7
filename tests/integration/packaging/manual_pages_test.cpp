#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "harness/core/files.h"
#include "harness/core/process.h"

// The pages and the completion that are installed: of every command, and as man and bash want them.

namespace smx {
namespace {

namespace fs = std::filesystem;
using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

const fs::path kPages = fs::path(SMX_BUILD) / "share/man/man1";

std::string shown(const fs::path& page, const std::string& width = "100") {
  Command c;
  c.argv = {"man", "--warnings", "-E", "UTF-8", "-l", page.string()};
  c.env = {{"MANWIDTH", width}, {"LC_ALL", "C.UTF-8"}};
  const auto r = run_command(c);
  EXPECT_THAT(r.err, IsEmpty()) << page;
  EXPECT_EQ(r.exit_code, 0) << page;
  return r.out;
}

TEST(ManualPages, are_understood_and_fit_a_terminal) {
  if (!find_program("man")) GTEST_SKIP() << "there is no man here";
  std::size_t pages = 0;
  for (const auto& page : fs::directory_iterator(kPages)) {
    EXPECT_THAT(shown(page.path(), "80"), HasSubstr("SYNOPSIS")) << page.path();
    ++pages;
  }
  EXPECT_GT(pages, 30u);
}

TEST(ManualPages, tell_nothing_of_where_they_were_made) {
  for (const auto& page : fs::directory_iterator(kPages)) {
    const auto text = read_file(page.path());
    EXPECT_THAT(text, Not(HasSubstr(SMX_SOURCE_DIR))) << page.path();
    EXPECT_THAT(text, Not(HasSubstr("/home/"))) << page.path();
  }
}

TEST(ManualPages, say_what_the_help_says) {
  if (!find_program("man")) GTEST_SKIP() << "there is no man here";
  const auto run = shown(kPages / "safemode-matrix-run.1");
  for (const auto* words :
       {"--accel auto|kvm|tcg", "Default: auto.", "--if-changed", "-v, --verbose", "[MATRIX]"})
    EXPECT_THAT(run, HasSubstr(words));
  EXPECT_THAT(shown(kPages / "safemode-matrix.1"), HasSubstr("130, 143"));
  EXPECT_THAT(shown(kPages / "safemode-matrix-lab-up.1"), Not(HasSubstr("--held")));
}

std::vector<std::string> offered(const std::string& words) {
  Command c;
  c.argv = {"bash", "--norc", "-uc",
            "set -- " + words +
                "; . " SMX_BUILD
                "/share/bash-completion/completions/safemode-matrix; "
                "COMP_WORDS=(safemode-matrix \"$@\") COMP_CWORD=$#; _safemode_matrix; "
                "printf '%s\\n' \"${COMPREPLY[@]}\""};
  const auto r = run_command(c);
  EXPECT_THAT(r.err, IsEmpty());
  std::vector<std::string> lines;
  std::istringstream in(r.out);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

TEST(Completion, knows_the_program) {
  for (const auto* command : {"run", "card", "history", "support-table"})
    EXPECT_THAT(offered("''"), Contains(command));
  EXPECT_THAT(offered("card create --key p"), testing::ElementsAre("p256", "p384"));
  EXPECT_THAT(offered("report --format ''"), Contains("junit"));
  EXPECT_THAT(offered("boot-mode set image.qcow2 safe-n"), testing::ElementsAre("safe-networking"));
  EXPECT_THAT(offered("run --ba"), testing::ElementsAre("--baseline"));
  EXPECT_THAT(offered("lab up --he"), testing::ElementsAre("--help"));
}

}  // namespace
}  // namespace smx
