#include "vm/hypervisor/embedded_root.h"

#include <gmock/gmock.h>

#include "harness/core/error.h"
#include "harness/core/files.h"
#include "harness/core/proc.h"
#include "tests/unit/hypervisor/processes.h"

namespace smx::vm {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const auto kAnyRun = [](const std::string&) { return true; };

class EmbeddedRootTest : public ::testing::Test {
 protected:
  fs::path runtime() const { return folder_.path() / "r"; }
  fs::path cache() const { return folder_.path() / "c"; }
  TempDir folder_{"/tmp", "smx-t"};
};

TEST_F(EmbeddedRootTest, has_its_configuration_and_the_shared_cache) {
  const EmbeddedRoot root(runtime(), cache());
  EXPECT_THAT(read_file(root.path() / "etc" / "qemu.conf"), HasSubstr("security_driver = \"none\""));
  EXPECT_EQ(fs::read_symlink(root.path() / "cache"), cache());
}

TEST_F(EmbeddedRootTest, is_removed_but_not_the_cache_behind_its_link) {
  {
    const EmbeddedRoot root(runtime(), cache());
    write_file_atomically(cache() / "capabilities", "x");
  }
  EXPECT_TRUE(fs::is_empty(runtime()));
  EXPECT_TRUE(fs::exists(cache() / "capabilities"));
}

TEST_F(EmbeddedRootTest, two_have_different_folders) {
  const EmbeddedRoot one(runtime(), cache()), other(runtime(), cache());
  EXPECT_NE(one.path(), other.path());
}

TEST_F(EmbeddedRootTest, a_long_folder_is_refused_before_anything_is_made) {
  const fs::path longest = folder_.path() / std::string(60, 'x');
  try {
    const EmbeddedRoot root(longest, cache());
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::environment);
    EXPECT_THAT(error.what(), HasSubstr("socket path too long"));
    EXPECT_THAT(error.what(), HasSubstr("SMX_RUNTIME_DIR"));
  }
  EXPECT_FALSE(fs::exists(longest));
}

TEST(SocketPath, may_have_107_characters_and_no_more) {
  EXPECT_NO_THROW(check_socket_path("/" + std::string(106, 'x')));
  EXPECT_THROW(check_socket_path("/" + std::string(107, 'x')), Error);
}

TEST(QemuConf, names_the_user_only_for_root) {
  EXPECT_THAT(qemu_conf(true), HasSubstr("user = \"+0\""));
  EXPECT_THAT(qemu_conf(false), ::testing::Not(HasSubstr("user")));
}

// A root whose controller was killed: made by a child that then dies without any clean-up.
fs::path leave_root(const fs::path& runtime, const fs::path& cache, const std::string& token) {
  const test::Pipe answer;
  const pid_t child = ::fork();
  if (child == 0) {
    const EmbeddedRoot root(runtime, cache);
    root.set_token(token);
    const std::string path = root.path().string();
    [[maybe_unused]] const auto n = ::write(answer.writer(), path.data(), path.size());
    ::kill(::getpid(), SIGKILL);
  }
  char path[200]{};
  EXPECT_GT(::read(answer.reader(), path, sizeof path - 1), 0);
  EXPECT_EQ(::waitpid(child, nullptr, 0), child);
  return path;
}

// Something that looks like a QEMU of this root. Ends when `life` is closed.
pid_t start_fake_qemu(const std::string& name, const std::string& argument, const test::Pipe& life) {
  return test::start_daemon([&] {
    ::dup2(life.reader(), 0);
    ::close(life.writer());
    ::execl("/bin/sh", name.c_str(), "-c", "read line", "-name", "guest=smx-1,debug-threads=on",
            argument.c_str(), static_cast<char*>(nullptr));
    ::_exit(127);
  });
}

bool runs_shell(pid_t pid) {
  std::error_code error;
  return fs::read_symlink("/proc/" + std::to_string(pid) + "/exe", error).string().find("sh") !=
         std::string::npos;
}

// The kernel shows a new program's name before its arguments.
bool eventually_shell(pid_t pid) {
  return test::eventually([pid] { return runs_shell(pid) && !proc::command_line(pid).empty(); });
}

TEST_F(EmbeddedRootTest, of_a_dead_controller_is_ended_with_its_machines) {
  const fs::path root = leave_root(runtime(), cache(), "run-1");
  const test::Pipe life;
  const pid_t qemu =
      start_fake_qemu("qemu-system-x86_64", "socket,path=" + root.string() + "/lib/qemu/monitor.sock", life);
  ASSERT_TRUE(eventually_shell(qemu));
  std::string asked;
  const auto names = end_dead_roots(runtime(), [&](const std::string& token) {
    asked = token;
    return true;
  });
  EXPECT_EQ(asked, "run-1");
  EXPECT_THAT(names, ElementsAre("smx-1"));
  EXPECT_FALSE(runs_shell(qemu));
  EXPECT_FALSE(fs::exists(root));
  EXPECT_TRUE(fs::exists(cache()));
}

TEST_F(EmbeddedRootTest, of_a_dead_controller_leaves_other_processes_alone) {
  const fs::path root = leave_root(runtime(), cache(), "run-1");
  const test::Pipe life;
  const pid_t other_root =
      start_fake_qemu("qemu-system-x86_64", "path=" + root.string() + "x/monitor.sock", life);
  const pid_t no_qemu = start_fake_qemu("vi", root.string() + "/etc/qemu.conf", life);
  ASSERT_TRUE(eventually_shell(other_root) && eventually_shell(no_qemu));
  EXPECT_THAT(end_dead_roots(runtime(), kAnyRun), IsEmpty());
  EXPECT_TRUE(runs_shell(other_root));
  EXPECT_TRUE(runs_shell(no_qemu));
  EXPECT_FALSE(fs::exists(root));
}

TEST_F(EmbeddedRootTest, of_a_living_controller_is_left_alone) {
  const EmbeddedRoot root(runtime(), cache());
  EXPECT_THAT(end_dead_roots(runtime(), kAnyRun), IsEmpty());
  EXPECT_TRUE(fs::exists(root.path() / "etc" / "qemu.conf"));
}

TEST_F(EmbeddedRootTest, of_a_run_that_is_not_dead_is_left_alone) {
  const fs::path root = leave_root(runtime(), cache(), "run-1");
  end_dead_roots(runtime(), [](const std::string&) { return false; });
  EXPECT_TRUE(fs::exists(root));
}

TEST_F(EmbeddedRootTest, nothing_to_end_where_nothing_ever_ran) {
  EXPECT_THAT(end_dead_roots(folder_.path() / "none", kAnyRun), IsEmpty());
}

TEST_F(EmbeddedRootTest, the_remains_of_a_removal_are_removed_and_other_folders_left_alone) {
  fs::create_directories(runtime() / "r-xxxxxx" / "run" / "qemu");
  fs::create_directories(runtime() / "somebody");
  end_dead_roots(runtime(), [](const std::string&) { return false; });
  EXPECT_FALSE(fs::exists(runtime() / "r-xxxxxx"));
  EXPECT_TRUE(fs::exists(runtime() / "somebody"));
}

}  // namespace
}  // namespace smx::vm
