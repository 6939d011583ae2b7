#include "packaging/manual/bash_completion.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "harness/core/files.h"
#include "harness/core/process.h"

// The script is sourced in a real bash, and asked as bash asks when somebody presses Tab.

namespace smx::manual {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

CommandDoc completed_program() {
  const ArgumentDoc help{{"-h", "--help"}, "", {}, "", "", ""};
  CommandDoc root{{"my-prog"}, "", {help, {{"-v", "--verbose"}, "", {}, "", "", ""}}, {}, {}};
  CommandDoc card{{"my-prog", "card"}, "", {help}, {}, {}};
  CommandDoc create{{"my-prog", "card", "create"}, "", {help}, {}, {}};
  create.options.push_back({{"-k", "--key"}, "TEXT", {"rsa2048", "p256", "p384"}, "", "", ""});
  create.options.push_back({{"--upn"}, "NAME", {}, "", "", ""});
  create.options.push_back({{"--table"}, "FILE", {}, "", "", ""});
  create.positionals = {{{"FILE"}, "TEXT", {}, "", "", ""},
                        {{"MODE"}, "TEXT", {"normal", "safe"}, "", "", ""}};
  card.commands = {create, {{"my-prog", "card", "show"}, "", {help}, {}, {}}};
  root.commands = {card, {{"my-prog", "run"}, "", {help}, {}, {}}};
  root.commands.push_back(
      {{"my-prog", "import"}, "", {help}, {{{"FOLDER"}, "TEXT", {}, "", "", "", true, true}}, {}});
  return root;
}

class BashCompletionTest : public testing::Test {
 protected:
  BashCompletionTest() {
    write_file_atomically(dir.path() / "completion", bash_completion(completed_program()));
    write_file_atomically(dir.path() / "a card.json", "");
    write_file_atomically(dir.path() / "other", "");
  }
  /// What Tab offers behind `words`, the last of which is being typed.
  std::vector<std::string> offered(const std::vector<std::string>& words) const {
    Command c;
    c.argv = {"bash", "--norc", "-uc",
              ". ./completion; COMP_WORDS=(my-prog \"$@\") COMP_CWORD=$#; _my_prog; "
              "printf '%s\\n' \"${COMPREPLY[@]}\"",
              "bash"};
    c.argv.insert(c.argv.end(), words.begin(), words.end());
    c.cwd = dir.path();
    const auto r = run_command(c);
    EXPECT_EQ(r.err, "");
    std::vector<std::string> lines;
    std::istringstream in(r.out);
    for (std::string line; std::getline(in, line);)
      if (!line.empty()) lines.push_back(line);
    return lines;
  }
  TempDir dir{std::filesystem::temp_directory_path(), "smx-complete-"};
};

TEST_F(BashCompletionTest, offers_commands) {
  EXPECT_THAT(offered({""}), ElementsAre("card", "run", "import"));
  EXPECT_THAT(offered({"c"}), ElementsAre("card"));
  EXPECT_THAT(offered({"card", ""}), ElementsAre("create", "show"));
  EXPECT_THAT(offered({"-v", "card", "s"}), ElementsAre("show"));
}

TEST_F(BashCompletionTest, offers_options_of_the_command_that_was_typed) {
  EXPECT_THAT(offered({"card", "create", "--"}),
              UnorderedElementsAre("--help", "--key", "--upn", "--table", "--verbose"));
  EXPECT_THAT(offered({"run", "-"}), UnorderedElementsAre("-h", "--help", "-v", "--verbose"));
}

TEST_F(BashCompletionTest, offers_the_values_that_an_option_has) {
  EXPECT_THAT(offered({"card", "create", "--key", "p"}), ElementsAre("p256", "p384"));
  EXPECT_THAT(offered({"card", "create", "-k", ""}), ElementsAre("rsa2048", "p256", "p384"));
  EXPECT_THAT(offered({"card", "create", "--key", "=", "r"}), ElementsAre("rsa2048"));
  EXPECT_THAT(offered({"card", "create", "--key", "="}), ElementsAre("rsa2048", "p256", "p384"));
}

TEST_F(BashCompletionTest, offers_files_where_one_can_stand_and_only_there) {
  EXPECT_THAT(offered({"card", "create", "a"}), ElementsAre("a card.json"));
  EXPECT_THAT(offered({"card", "create", "--table", "o"}), ElementsAre("other"));
  EXPECT_THAT(offered({"card", "create", "--upn", ""}), IsEmpty());
  EXPECT_THAT(offered({"run", ""}), IsEmpty());
}

TEST_F(BashCompletionTest, takes_names_of_files_for_what_they_are) {
  for (const auto* name : {"s*r", "star"}) write_file_atomically(dir.path() / name, "");
  EXPECT_THAT(offered({"card", "create", "s"}), UnorderedElementsAre("s*r", "star"));
}

TEST_F(BashCompletionTest, counts_arguments_without_options_and_their_values) {
  EXPECT_THAT(offered({"card", "create", "--key", "p256", "other", "-v", ""}), ElementsAre("normal", "safe"));
  EXPECT_THAT(offered({"card", "create", "other", "safe", ""}), IsEmpty());
}

TEST_F(BashCompletionTest, goes_on_offering_files_where_there_may_be_many) {
  EXPECT_THAT(offered({"import", "x", "y", "o"}), ElementsAre("other"));
}

TEST_F(BashCompletionTest, offers_nothing_behind_a_word_that_is_no_command) {
  EXPECT_THAT(offered({"dance", "c"}), IsEmpty());
  EXPECT_THAT(offered({"run", "card", "c"}), IsEmpty());
}

}  // namespace
}  // namespace smx::manual
