#include <gtest/gtest.h>

#include <chrono>
#include <cstdio>

#include "scenarios/agent/core/reporter.h"
#include "scenarios/agent/windows/screen/prompt_watch.h"
#include "scenarios/agent/windows/win32/child.h"
#include "scenarios/agent/windows/win32/text.h"
#include "tests/windows/helper_child.h"

namespace smx::agent {

int help(const std::vector<std::string>& arguments, const std::function<std::string()>& read_stdin) {
  const auto& what = arguments.at(0);
  if (what == "echo") {
    const auto text = read_stdin();
    std::fwrite(text.data(), 1, text.size(), stdout);
    std::fputs("talk", stderr);
  } else if (what == "arguments") {
    for (std::size_t i = 1; i < arguments.size(); ++i) std::printf("%s\n", arguments[i].c_str());
  } else if (what == "exit") {
    return std::stoi(arguments.at(1));
  } else if (what == "hang") {
    Sleep(INFINITE);
  } else if (what == "watch") {
    const Deadline deadline(std::chrono::milliseconds(std::stoi(arguments.at(1))));
    const PromptWatch watch(deadline, {{"smx-no-such-program.exe"}});
    Sleep(INFINITE);
  } else if (what == "flood") {
    std::fputs(std::string(std::stoul(arguments.at(1)), 'x').c_str(), stdout);
  }
  return 0;
}

std::vector<std::string> helper(std::vector<std::string> arguments) {
  std::wstring path(4096, L'\0');
  path.resize(GetModuleFileNameW(nullptr, path.data(), 4096));
  arguments.insert(arguments.begin(), {narrow(path), kHelperChild});
  return arguments;
}

namespace {

ChildEnd run(std::vector<std::string> arguments, std::string input = {},
             Deadline::Duration limit = Deadline::Duration{30000}) {
  Child child;
  child.argv = helper(std::move(arguments));
  child.input = std::move(input);
  child.limit = limit;
  return run_child(child);
}

TEST(Child, is_given_its_input_and_gives_both_outputs) {
  const auto end = run({"echo"}, "what it is told");
  EXPECT_TRUE(end.ok());
  EXPECT_EQ(end.out, "what it is told");
  EXPECT_EQ(end.err, "talk");
}

TEST(Child, takes_arguments_as_they_were_meant) {
  const std::vector<std::string> arguments{"a b", "say \"x\"", "ends \\", "C:\\a\\b", "x\\\\\"y", ""};
  auto all = arguments;
  all.insert(all.begin(), "arguments");
  std::string expected;
  for (const auto& argument : arguments) expected += argument + "\r\n";
  EXPECT_EQ(run(all).out, expected);
}

TEST(Child, gives_its_exit_code) {
  EXPECT_EQ(run({"exit", "84"}).exit_code, 84u);
  EXPECT_FALSE(run({"exit", "84"}).ok());
}

TEST(Child, that_hangs_is_ended_at_the_limit) {
  const auto begin = std::chrono::steady_clock::now();
  const auto end = run({"hang"}, "", Deadline::Duration{1000});
  EXPECT_TRUE(end.timed_out);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(20));
}

TEST(Child, may_be_told_much_and_say_much_at_once) {
  std::string much(3u << 20, 'y');
  Child child;
  child.argv = helper({"echo"});
  child.input = much;
  child.limit = Deadline::Duration{60000};
  child.output_limit = 8u << 20;
  // Text mode of the helper's streams turns nothing of these.
  EXPECT_EQ(run_child(child).out.size(), much.size());
}

TEST(Child, that_floods_is_cut_at_the_limit_and_ends) {
  Child child;
  child.argv = helper({"flood", "1000000"});
  child.limit = Deadline::Duration{60000};
  child.output_limit = 1000;
  const auto end = run_child(child);
  EXPECT_TRUE(end.ok());
  EXPECT_EQ(end.out.size(), 1000u);
}

TEST(Child, that_reads_nothing_does_not_hold_its_parent) {
  EXPECT_TRUE(run({"deaf"}, std::string(3u << 20, 'z')).ok());
}

TEST(Child, that_is_not_there_is_said_to_be_missing) {
  Child child;
  child.argv = {"C:\\no\\such\\program.exe"};
  try {
    run_child(child);
    FAIL();
  } catch (const StepFailure& failure) {
    EXPECT_EQ(failure.cause, "tool-missing");
    EXPECT_EQ(failure.outcome, CheckOutcome::blocked);
  }
}

}  // namespace
}  // namespace smx::agent
