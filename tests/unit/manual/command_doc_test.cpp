#include "packaging/manual/command_doc.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <CLI/CLI.hpp>

namespace smx::manual {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class CommandDocTest : public testing::Test {
 protected:
  CLI::App app{"Does things.", "prog"};
  std::string text = "auto";
  int number = 0;
  bool flag = false;
  std::vector<std::string> list;

  /// The only option or argument beside the help.
  ArgumentDoc described() const {
    const auto doc = describe(app);
    return doc.positionals.empty() ? doc.options.at(1) : doc.positionals.at(0);
  }
};

TEST_F(CommandDocTest, tells_a_flag_from_an_option) {
  app.add_flag("-f,--flag", flag, "A flag");
  EXPECT_EQ(described(), (ArgumentDoc{{"-f", "--flag"}, "", {}, "", "A flag", ""}));
}

TEST_F(CommandDocTest, knows_choices_and_the_default) {
  app.add_option("--accel", text, "How")->capture_default_str()->check(CLI::IsMember({"auto", "kvm"}));
  EXPECT_EQ(described(), (ArgumentDoc{{"--accel"}, "TEXT", {"auto", "kvm"}, "", "How", "auto"}));
}

TEST_F(CommandDocTest, knows_ranges) {
  app.add_option("--slots", number, "How many")->check(CLI::Range(1, 64));
  EXPECT_EQ(described(), (ArgumentDoc{{"--slots"}, "NUMBER", {}, "1 - 64", "How many", ""}));
}

TEST_F(CommandDocTest, knows_what_is_needed_and_what_may_stand_repeatedly) {
  app.add_option("FOLDER", list, "Places")->required();
  const auto doc = described();
  EXPECT_THAT(doc.names, ElementsAre("FOLDER"));
  EXPECT_TRUE(doc.required);
  EXPECT_TRUE(doc.repeatable);
}

TEST_F(CommandDocTest, shows_lists_of_defaults_without_brackets) {
  list = {"a"};
  app.add_option("--modes", list, "Which")->capture_default_str();
  EXPECT_EQ(described().default_value, "a");
}

TEST_F(CommandDocTest, goes_down_to_the_last_command) {
  app.add_subcommand("card", "Cards")->add_subcommand("create", "Make one");
  const auto doc = describe(app);
  EXPECT_THAT(doc.commands.at(0).path, ElementsAre("prog", "card"));
  EXPECT_THAT(doc.commands.at(0).commands.at(0).path, ElementsAre("prog", "card", "create"));
  EXPECT_EQ(doc.commands.at(0).commands.at(0).description, "Make one");
}

TEST_F(CommandDocTest, leaves_out_what_the_help_hides) {
  app.add_flag("--held", flag, "Inner")->group("");
  app.add_subcommand("inner", "Inner")->group("");
  const auto doc = describe(app);
  EXPECT_EQ(doc.options.size(), 1u);  // --help
  EXPECT_THAT(doc.commands, IsEmpty());
}

}  // namespace
}  // namespace smx::manual
