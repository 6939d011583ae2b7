// `safemode-matrix lab`, judged from outside: by ss, the process list and the file system.

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <sstream>
#include <thread>

#include "harness/core/proc.h"
#include "tests/integration/cli/program.h"
#include "tests/system/matrix/running_program.h"

namespace smx {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using testing::Contains;
using testing::Each;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

template <class Condition>
bool wait_until(Condition condition) {
  const auto limit = std::chrono::steady_clock::now() + 30s;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > limit) return false;
    std::this_thread::sleep_for(20ms);
  }
  return true;
}

bool is_alive(pid_t pid) {
  const auto stat = proc::stat(pid);
  return stat && stat->state != 'Z';
}

class LabTest : public ProgramTest {
 protected:
  void SetUp() override {
    for (const auto* program : {"krb5kdc", "kadmin.local", "kdb5_util", "ss"})
      if (!find_program(program)) GTEST_SKIP() << program << " is not installed";
  }
  void TearDown() override {
    for (const auto& entry : labs()) run({"lab", "down", entry.at("name")});
  }

  fs::path folder() const { return dir.path() / "state/safemode-matrix/labs"; }
  nlohmann::json labs() const {
    const auto r = run({"lab", "status", "--json"});
    const auto list = nlohmann::json::parse(r.out, nullptr, false);
    return list.is_array() ? list : nlohmann::json::array();
  }
  /// One lab's line of `lab status --json`; null when it is not there.
  nlohmann::json lab(const std::string& name) const {
    for (const auto& entry : labs())
      if (entry.at("name") == name) return entry;
    return nullptr;
  }
  pid_t holder_of(const std::string& name) const { return lab(name).at("owner").get<pid_t>(); }
  /// The KDCs that name this lab's folder.
  std::vector<pid_t> kdcs_of(const std::string& name) const {
    std::vector<pid_t> found;
    for (const auto pid : proc::all())
      for (const auto& word : proc::command_line(pid))
        if (word == (folder() / name / "kdc.pid").string()) found.push_back(pid);
    return found;
  }
  /// The lines of ss for sockets on which a process listens.
  static std::vector<std::string> listening(pid_t pid) {
    Command c;
    c.argv = {"ss", "-Hltunp"};
    std::istringstream lines(run_command(c).out);
    std::vector<std::string> found;
    for (std::string line; std::getline(lines, line);)
      if (line.find(fmt::format("pid={},", pid)) != std::string::npos) found.push_back(line);
    return found;
  }
  void up(const std::string& name) {
    const auto r = run({"lab", "up", name});
    ASSERT_EQ(r.exit_code, 0) << r.err;
  }
  void expect_nothing_left(const std::string& name, const std::vector<pid_t>& processes) const {
    EXPECT_FALSE(fs::exists(folder() / name));
    EXPECT_THAT(kdcs_of(name), IsEmpty());
    for (const auto pid : processes) {
      EXPECT_FALSE(is_alive(pid)) << pid;
      EXPECT_THAT(listening(pid), IsEmpty());
    }
    EXPECT_TRUE(lab(name).is_null());
  }
  /// Both processes of a lab that is up.
  std::vector<pid_t> processes_of(const std::string& name) const {
    auto all = kdcs_of(name);
    EXPECT_THAT(all, SizeIs(1));
    all.push_back(holder_of(name));
    for (const auto pid : all) EXPECT_TRUE(is_alive(pid));
    return all;
  }
  /// The program beside this one, with its standard output on standard error.
  RunningProgram beside(const std::vector<std::string>& arguments, const std::string& path = "") const {
    auto c = command(arguments);
    if (!path.empty()) c.env["PATH"] = path + ":" + std::getenv("PATH");
    std::vector<std::string> argv{"/bin/sh", "-c", "exec \"$0\" \"$@\" >&2"};
    argv.insert(argv.end(), c.argv.begin(), c.argv.end());
    return {argv, c.env};
  }
  /// A folder with a kdb5_util that says it was called, and goes on when it is told to.
  std::string slow_kerberos() const {
    file("kdb5_util", fmt::format("#!/bin/sh\n: > {0}/called\nwhile ! [ -e {0}/go ]; do sleep 0.05; done\n"
                                  "exec {1} \"$@\"\n",
                                  dir.path().string(), find_program("kdb5_util")->string()));
    fs::permissions(dir.path() / "kdb5_util", fs::perms::owner_all);
    return dir.path().string();
  }
};

TEST_F(LabTest, is_up_until_it_is_taken_down_and_says_where) {
  EXPECT_THAT(run({"lab", "status"}).out, HasSubstr("`safemode-matrix lab up` starts one"));
  EXPECT_EQ(run({"lab", "status", "--json"}).out, "[]\n");
  const auto r = run({"lab", "up"});
  ASSERT_EQ(r.exit_code, 0) << r.err;
  EXPECT_THAT(r.err, IsEmpty());
  const auto state = lab("default");
  ASSERT_FALSE(state.is_null());
  EXPECT_EQ(state.at("up"), true);
  EXPECT_EQ(r.out, fmt::format("default: up (process {}); Kerberos at {}, web at http://{}, TLS at {}\n",
                               state.at("owner").get<int>(), state.at("kdc").get<std::string>(),
                               state.at("web").get<std::string>(), state.at("tls").get<std::string>()));
  const auto status = run({"lab", "status"});
  EXPECT_EQ(status.exit_code, 0);
  EXPECT_EQ(status.out, r.out);
}

TEST_F(LabTest, says_as_json_what_status_says) {
  const auto r = run({"lab", "up", "one", "--json"});
  ASSERT_EQ(r.exit_code, 0) << r.err;
  EXPECT_EQ(nlohmann::json::parse(r.out), lab("one"));
}

TEST_F(LabTest, of_one_name_is_there_once) {
  ASSERT_NO_FATAL_FAILURE(up("one"));
  const auto before = lab("one");
  const auto r = run({"lab", "up", "one"});
  EXPECT_EQ(r.exit_code, 3);
  EXPECT_THAT(r.out, IsEmpty());
  EXPECT_THAT(r.err, testing::StartsWith("safemode-matrix: the lab \"one\" is up already"));
  EXPECT_THAT(
      r.err, testing::AllOf(HasSubstr("lab status"), HasSubstr("`lab down one`"), HasSubstr("another name")));
  EXPECT_EQ(run({"lab", "up", "one", "--foreground"}).exit_code, 3);
  EXPECT_EQ(lab("one"), before) << "the first goes on";
  processes_of("one");
}

TEST_F(LabTest, stands_beside_one_of_another_name) {
  ASSERT_NO_FATAL_FAILURE(up("two"));
  ASSERT_NO_FATAL_FAILURE(up("one"));
  const auto both = labs();
  ASSERT_THAT(both, SizeIs(2));
  EXPECT_EQ(both[0].at("name"), "one");
  EXPECT_EQ(both[1].at("name"), "two");
  for (const auto* key : {"owner", "kdc", "web"}) EXPECT_NE(both[0].at(key), both[1].at(key)) << key;
  const auto gone = processes_of("one");
  EXPECT_EQ(run({"lab", "down", "one"}).exit_code, 0);
  expect_nothing_left("one", gone);
  EXPECT_EQ(lab("two"), both[1]);
  processes_of("two");
}

TEST_F(LabTest, may_be_started_at_the_same_time_as_others) {
  std::vector<std::unique_ptr<RunningProgram>> starting;
  for (const std::string name : {"a", "b", "c", "d"}) {
    const auto c = command({"lab", "up", name});
    starting.push_back(std::make_unique<RunningProgram>(c.argv, c.env));
  }
  for (auto& program : starting) EXPECT_EQ(program->wait(), 0) << program->seen();
  EXPECT_THAT(labs(), SizeIs(4));
}

TEST_F(LabTest, listens_on_the_loopback_only) {
  ASSERT_NO_FATAL_FAILURE(up("one"));
  const auto state = lab("one");
  const auto kdc = kdcs_of("one");
  ASSERT_THAT(kdc, SizeIs(1));
  const auto sockets = [&](pid_t pid, const std::vector<const char*>& keys) {
    const auto lines = listening(pid);
    EXPECT_THAT(lines, SizeIs(keys.size()));
    EXPECT_THAT(lines, Each(HasSubstr(" 127.0.0.1:")));
    for (const auto* key : keys)
      EXPECT_THAT(lines, Contains(HasSubstr(" " + state.at(key).get<std::string>() + " ")));
  };
  sockets(kdc[0], {"kdc"});
  sockets(holder_of("one"), {"web", "tls"});
}

TEST_F(LabTest, that_is_taken_down_leaves_nothing) {
  ASSERT_NO_FATAL_FAILURE(up("one"));
  const auto processes = processes_of("one");
  const auto r = run({"lab", "down", "one"});
  EXPECT_EQ(r.exit_code, 0) << r.err;
  EXPECT_EQ(r.out, "one: down\n");
  expect_nothing_left("one", processes);
  EXPECT_TRUE(fs::is_empty(folder()));
  ASSERT_NO_FATAL_FAILURE(up("one"));
}

TEST_F(LabTest, that_is_not_there_is_down_already) {
  const auto r = run({"lab", "down", "nobody"});
  EXPECT_EQ(r.exit_code, 0) << r.err;
  EXPECT_EQ(r.out, "nobody: is not up\n");
  EXPECT_FALSE(fs::exists(folder() / "nobody"));
}

TEST_F(LabTest, has_a_name_that_a_folder_can_have) {
  for (const auto& name :
       {std::string("a/b"), std::string(".."), std::string("a b"), std::string(), std::string(65, 'x')})
    for (const auto* what : {"up", "down"}) {
      const auto r = run({"lab", what, name});
      EXPECT_EQ(r.exit_code, 2) << name;
      EXPECT_THAT(r.err, HasSubstr("1 to 64 letters")) << name;
    }
  EXPECT_EQ(run({"lab"}).exit_code, 2);
  EXPECT_THAT(labs(), IsEmpty());
}

class DeadLabTest : public LabTest {
 protected:
  /// Its holder is killed; the KDC lives on.
  void die(const std::string& name) {
    ASSERT_NO_FATAL_FAILURE(up(name));
    left_ = kdcs_of(name);
    ASSERT_THAT(left_, SizeIs(1));
    const auto holder = proc::open_pidfd(holder_of(name));
    ASSERT_TRUE(proc::send_signal(holder, SIGKILL));
    ASSERT_TRUE(proc::wait_for_end(holder, 10000));
    ASSERT_TRUE(is_alive(left_[0]));
    const auto r = run({"lab", "status"});
    EXPECT_EQ(r.exit_code, 0);
    EXPECT_EQ(r.out, fmt::format("{0}: died; `safemode-matrix lab down {0}` clears it away\n", name));
    EXPECT_EQ(lab(name).at("up"), false);
  }
  std::vector<pid_t> left_;
};

TEST_F(DeadLabTest, is_cleared_away_by_down) {
  ASSERT_NO_FATAL_FAILURE(die("one"));
  const auto r = run({"lab", "down", "one"});
  EXPECT_EQ(r.exit_code, 0) << r.err;
  EXPECT_EQ(r.out, "one: down\n");
  expect_nothing_left("one", left_);
}

TEST_F(DeadLabTest, is_cleared_away_by_down_of_another_which_says_so) {
  ASSERT_NO_FATAL_FAILURE(die("one"));
  EXPECT_EQ(run({"lab", "down"}).out, "one: had died; cleared away\ndefault: is not up\n");
  expect_nothing_left("one", left_);
}

TEST_F(DeadLabTest, is_cleared_away_by_the_next_up) {
  ASSERT_NO_FATAL_FAILURE(die("one"));
  ASSERT_NO_FATAL_FAILURE(up("two"));
  expect_nothing_left("one", left_);
}

TEST_F(DeadLabTest, is_replaced_by_the_next_of_its_name) {
  ASSERT_NO_FATAL_FAILURE(die("one"));
  ASSERT_NO_FATAL_FAILURE(up("one"));
  EXPECT_FALSE(is_alive(left_[0]));
  EXPECT_EQ(lab("one").at("up"), true);
  processes_of("one");
}

TEST_F(LabTest, in_the_foreground_ends_at_ctrl_c_and_cleans_up) {
  auto program = beside({"lab", "up", "fg", "--foreground"});
  ASSERT_TRUE(program.wait_for_line("fg: up (process ", 60s)) << program.seen();
  const auto processes = processes_of("fg");
  program.signal(SIGINT);
  EXPECT_EQ(program.wait(), 0) << program.seen();
  expect_nothing_left("fg", processes);
}

TEST_F(LabTest, in_the_foreground_is_ended_by_down_too) {
  auto program = beside({"lab", "up", "fg", "--foreground"});
  ASSERT_TRUE(program.wait_for_line("fg: up (process ", 60s)) << program.seen();
  const auto kdc = kdcs_of("fg");
  // It is this test's child, so only this test sees it end.
  std::thread reaper([&] { EXPECT_EQ(program.wait(), 0) << program.seen(); });
  EXPECT_EQ(run({"lab", "down", "fg"}).out, "fg: down\n");
  reaper.join();
  expect_nothing_left("fg", kdc);
}

TEST_F(LabTest, whose_start_is_interrupted_leaves_nothing) {
  auto program = beside({"lab", "up", "slow"}, slow_kerberos());
  ASSERT_TRUE(wait_until([&] { return fs::exists(dir.path() / "called"); })) << program.seen();
  ASSERT_TRUE(lab("slow").at("up"));
  program.signal(SIGINT);
  EXPECT_EQ(program.wait(), 130) << program.seen();
  expect_nothing_left("slow", {});
}

TEST_F(LabTest, that_is_taken_down_while_it_starts_is_ended_when_it_is_up) {
  auto starting = beside({"lab", "up", "slow"}, slow_kerberos());
  ASSERT_TRUE(wait_until([&] { return fs::exists(dir.path() / "called"); })) << starting.seen();
  auto ending = beside({"lab", "down", "slow"});
  file("go", "");
  EXPECT_EQ(ending.wait(), 0) << ending.seen();
  EXPECT_THAT(ending.seen(), HasSubstr("slow: down"));
  starting.wait();  // it may have seen its lab, or missed it
  expect_nothing_left("slow", {});
}

}  // namespace
}  // namespace smx
