#include <fmt/chrono.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <sstream>

#include "harness/core/files.h"
#include "harness/core/process.h"

// packaging/safemode-matrix-nightly with a program in PATH that does nothing but note what was asked of it.

namespace smx::testing {
namespace {

namespace fs = std::filesystem;

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

std::string run_id(std::chrono::hours ago) {
  const auto then = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now() - ago);
  return fmt::format("{:%Y%m%d-%H%M%S}-5f3c", fmt::gmtime(then));
}

class NightlyTest : public ::testing::Test {
 protected:
  NightlyTest() {
    fs::create_directories(dir.path() / "bin");
    fs::copy_file(SMX_SOURCE_DIR "/tests/unit/packaging/fake-safemode-matrix",
                  dir.path() / "bin/safemode-matrix");
    put("list", "\n");  // sed inserts before a line
    put("code", "0");
  }

  void put(const std::string& name, const std::string& content) const {
    write_file_atomically(dir.path() / name, content);
  }
  void put_run(const std::string& id, const std::string& state) const {
    put("list", id + "  " + state + "  n\n" + read_file(dir.path() / "list"));
  }
  CommandResult nightly(std::vector<std::string> arguments) const {
    Command c;
    c.argv = {"/bin/bash", SMX_SOURCE_DIR "/packaging/safemode-matrix-nightly"};
    c.argv.insert(c.argv.end(), arguments.begin(), arguments.end());
    c.cwd = dir.path();
    c.env = {{"PATH", (dir.path() / "bin").string() + ":/usr/bin:/bin"},
             {"FAKE", dir.path().string()},
             {"XDG_STATE_HOME", (dir.path() / "state").string()}};
    return run_command(c);
  }
  CommandResult nightly() const { return nightly({"nightly.json", "out"}); }
  std::string out(const std::string& name) const { return read_file(dir.path() / "out" / name); }
  bool has(const std::string& name) const { return fs::exists(dir.path() / "out" / name); }
  /// Without the questions that change nothing.
  std::vector<std::string> calls() const {
    std::vector<std::string> lines;
    std::istringstream in(read_file(dir.path() / "calls"));
    for (std::string line; std::getline(in, line);)
      if (line.starts_with("run") || line.starts_with("resume")) lines.push_back(line);
    return lines;
  }

  TempDir dir{"/tmp", "smx-nightly-"};
};

class NightlyCode : public NightlyTest, public ::testing::WithParamInterface<int> {};

TEST_P(NightlyCode, is_the_runs_and_there_are_reports_all_the_same) {
  put("code", std::to_string(GetParam()));
  EXPECT_EQ(nightly().exit_code, GetParam());
  EXPECT_EQ(out("exit-code"), std::to_string(GetParam()) + "\n");
  EXPECT_EQ(out("junit.xml"), "junit of 29990101-000000-beef\n");
}

INSTANTIATE_TEST_SUITE_P(Codes, NightlyCode, ::testing::Values(0, 1, 3, 4, 5, 70, 130, 143, 137));

TEST_F(NightlyTest, writes_every_report_the_evidence_and_the_log) {
  const auto r = nightly();
  EXPECT_THAT(calls(), ElementsAre("run nightly.json"));
  const std::string run = " of 29990101-000000-beef\n";
  EXPECT_EQ(out("report.html"), "html" + run);
  EXPECT_EQ(out("report.json"), "json" + run);
  EXPECT_EQ(out("summary.md"), "markdown" + run);
  EXPECT_EQ(out("github.txt"), "github" + run);
  EXPECT_EQ(out("gitlab.json"), "gitlab" + run);
  EXPECT_EQ(out("evidence/0123"), "proof\n");
  EXPECT_THAT(r.out, HasSubstr("what 29990101-000000-beef says"));
  EXPECT_THAT(out("nightly.log"), HasSubstr("what 29990101-000000-beef says"));
  EXPECT_THAT(out("nightly.log"), HasSubstr("complains of"));
}

TEST_F(NightlyTest, a_run_that_was_cut_short_is_resumed) {
  for (const auto* state : {"unfinished", "interrupted"}) {
    const auto id = run_id(std::chrono::hours(20));
    put("list", "\n"), put("calls", ""), put("code", "1");
    put_run(id, state);
    EXPECT_EQ(nightly().exit_code, 1);
    EXPECT_THAT(calls(), ElementsAre("resume " + id));
    EXPECT_EQ(out("report.html"), "html of " + id + "\n");
    EXPECT_EQ(out("evidence/0123"), "proof\n");
  }
}

TEST_F(NightlyTest, a_complete_run_an_old_one_and_another_matrix_are_not_resumed) {
  const auto id = run_id(std::chrono::hours(1)), old = run_id(std::chrono::hours(40));
  for (const auto& [run, state, matrix] :
       {std::tuple(id, "completed", "nightly.json"), std::tuple(old, "unfinished", "nightly.json"),
        std::tuple(id, "unfinished", "other.json"), std::tuple(id, "unreadable", "nightly.json")}) {
    put("list", "\n"), put("calls", "");
    put_run(run, state);
    put("matrix-of-" + run, matrix);
    EXPECT_EQ(nightly().exit_code, 0) << state;
    EXPECT_THAT(calls(), ElementsAre("run nightly.json")) << state;
  }
}

TEST_F(NightlyTest, what_another_matrix_does_meanwhile_is_no_concern_of_it) {
  put_run(run_id(std::chrono::hours(3)), "interrupted");
  const auto other = run_id(std::chrono::hours(1));
  put_run(other, "running");
  put("matrix-of-" + other, "other.json");
  nightly();
  EXPECT_THAT(calls(), ElementsAre(HasSubstr("resume ")));
}

TEST_F(NightlyTest, does_not_start_beside_a_run_of_the_same_matrix) {
  const auto id = run_id(std::chrono::hours(1));
  put_run(id, "running");
  const auto r = nightly();
  EXPECT_EQ(r.exit_code, 3);
  EXPECT_THAT(r.err, HasSubstr(id));
  EXPECT_THAT(calls(), IsEmpty());
}

TEST_F(NightlyTest, yesterdays_reports_do_not_stand_for_a_run_that_never_began) {
  nightly();
  ASSERT_TRUE(has("junit.xml"));
  put("no-run", ""), put("code", "3");
  EXPECT_EQ(nightly().exit_code, 3);
  EXPECT_FALSE(has("junit.xml"));
  EXPECT_FALSE(has("evidence"));
  EXPECT_THAT(out("summary.md"), HasSubstr("exit code 3 before a run began"));
  EXPECT_THAT(out("github.txt"), HasSubstr("::error "));
  EXPECT_EQ(out("gitlab.json"), "[]\n");
  EXPECT_THAT(out("nightly.log"), HasSubstr("no qemu"));
}

TEST_F(NightlyTest, a_wrong_matrix_is_said_and_nothing_is_run) {
  const auto r = nightly({"bad.json", "out"});
  EXPECT_EQ(r.exit_code, 2);
  EXPECT_THAT(r.err, HasSubstr("bad.json:1:1"));
  EXPECT_THAT(calls(), IsEmpty());
  EXPECT_EQ(out("exit-code"), "2\n");
}

TEST_F(NightlyTest, options_are_said_to_run_and_reports_alike) {
  nightly({"nightly.json", "out", "--waivers", "w 1.json"});
  EXPECT_THAT(calls(), ElementsAre("run nightly.json --waivers w 1.json"));
  const auto all = read_file(dir.path() / "calls");
  EXPECT_THAT(all, HasSubstr("--format junit --output " + (dir.path() / "out/junit.xml").string() +
                             " --waivers w 1.json\n"));
}

TEST_F(NightlyTest, options_are_said_to_resume_too) {
  const auto id = run_id(std::chrono::hours(2));
  put_run(id, "interrupted");
  nightly({"nightly.json", "out", "--fail-on-flaky"});
  EXPECT_THAT(calls(), ElementsAre("resume " + id + " --fail-on-flaky"));
}

TEST_F(NightlyTest, a_report_that_fails_keeps_no_other_from_being_made) {
  put("no-html", "");
  const auto r = nightly();
  EXPECT_EQ(r.exit_code, 0);
  EXPECT_FALSE(has("report.html"));
  EXPECT_TRUE(has("junit.xml"));
  EXPECT_THAT(r.err, HasSubstr("no report.html could be made"));
}

TEST_F(NightlyTest, a_signal_ends_the_run_in_order_and_there_are_reports) {
  put("stop", ""), put("code", "130");
  EXPECT_EQ(nightly().exit_code, 130) << "the program's own, not the signal's";
  EXPECT_EQ(out("exit-code"), "130\n");
  EXPECT_TRUE(has("report.html"));
}

TEST_F(NightlyTest, without_the_program_or_arguments_it_says_so) {
  EXPECT_EQ(nightly({"nightly.json"}).exit_code, 2);
  EXPECT_THAT(nightly({"--help"}).out, HasSubstr("nightly MATRIX FOLDER"));
  fs::remove(dir.path() / "bin/safemode-matrix");
  const auto r = nightly();
  EXPECT_EQ(r.exit_code, 3);
  EXPECT_THAT(r.err, HasSubstr("no safemode-matrix in PATH"));
}

TEST_F(NightlyTest, leaves_what_is_not_its_own_in_the_folder) {
  fs::create_directories(dir.path() / "out");
  put("out/notes.txt", "mine");
  nightly();
  EXPECT_EQ(out("notes.txt"), "mine");
}

}  // namespace
}  // namespace smx::testing
