#include "packaging/manual/man_page.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/core/files.h"
#include "harness/core/process.h"

// Pages are judged by man itself, which says on stderr what troff did not understand.

namespace smx::manual {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

CommandDoc page_program() {
  CommandDoc doc{{"prog"}, "Does things.", {{{"-v", "--verbose"}, "", {}, "", "Says more", ""}}, {}, {}};
  doc.options.push_back({{"--version"}, "", {}, "", "Says which", ""});
  return doc;
}

CommandDoc page_command() {
  CommandDoc doc{{"prog", "make"}, "Make a card; then forget it", {}, {}, {}};
  doc.positionals = {{{"FILE"}, "TEXT", {}, "", "The card", "", true}};
  doc.options = {{{"--key"}, "TEXT", {"rsa2048", "p256"}, "", "Its kind", "rsa2048"},
                 {{"-n", "--number"}, "NUMBER", {}, "1 - 5", "How many", "", true}};
  return doc;
}

const ManualText kText{"1.2.3", "  2   wrong\n  0   otherwise", "runs in $HOME."};

class ManPageTest : public testing::Test {
 protected:
  void SetUp() override {
    if (!find_program("man")) GTEST_SKIP() << "there is no man here";
  }
  CommandResult shown(const std::string& page) const {
    const auto file = dir.path() / "page.1";
    write_file_atomically(file, page);
    Command c;
    c.argv = {"man", "--warnings", "-E", "UTF-8", "-l", file.string()};
    c.env = {{"MANWIDTH", "100"}, {"LC_ALL", "C.UTF-8"}};
    return run_command(c);
  }
  TempDir dir{std::filesystem::temp_directory_path(), "smx-man-"};
};

TEST_F(ManPageTest, has_what_the_command_takes) {
  const auto r = shown(man_page(page_command(), page_program(), kText));
  EXPECT_THAT(r.err, IsEmpty());
  for (const auto* words :
       {"PROG-MAKE(1)", "prog-make - Make a card\n", "prog make -n, --number NUMBER [OPTION...] FILE",
        "--key rsa2048|p256", "Default: rsa2048.", "How many. From 1 to 5.", "-v, --verbose", "prog(1)",
        "prog 1.2.3"})
    EXPECT_THAT(r.out, HasSubstr(words));
  EXPECT_THAT(r.out, Not(HasSubstr("--version")));
}

TEST_F(ManPageTest, of_the_program_has_commands_exit_codes_and_files) {
  auto root = page_program();
  root.commands = {page_command()};
  const auto r = shown(man_page(root, root, kText));
  EXPECT_THAT(r.err, IsEmpty());
  for (const auto* words : {"prog-make(1)", "EXIT STATUS", "2   wrong\n", "runs in $HOME.", "--version"})
    EXPECT_THAT(r.out, HasSubstr(words));
}

TEST_F(ManPageTest, shows_text_that_troff_would_obey) {
  auto hostile = page_command();
  hostile.description = ".so /etc/passwd\n'ds x \\fBy\\*z `a` ~ ^ \"q\" -- e\\";
  hostile.positionals[0].description = ".TH no\\n(.g";
  hostile.options[0].choices = {"\\$1", ".x"};
  const auto r = shown(man_page(hostile, page_program(), kText));
  EXPECT_THAT(r.err, IsEmpty());
  for (const auto* words : {".so /etc/passwd 'ds x \\fBy\\*z a ~ ^ \"q\" -- e\\", ".TH no\\n(.g", "\\$1|.x"})
    EXPECT_THAT(r.out, HasSubstr(words));
}

TEST_F(ManPageTest, is_not_approved_when_troff_does_not_understand_it) {
  const auto r = shown(man_page(page_command(), page_program(), kText) + ".NOSUCH macro\n");
  EXPECT_THAT(r.err, HasSubstr("NOSUCH"));
}

TEST(ManText, makes_what_is_in_backquotes_bold_and_leaves_a_single_one) {
  EXPECT_EQ(man_text("see `lab down`"), "see \\fBlab down\\fR");
  EXPECT_EQ(man_text("a ` b"), "a \\(ga b");
}

}  // namespace
}  // namespace smx::manual
