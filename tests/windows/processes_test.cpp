#include "scenarios/agent/windows/win32/processes.h"

#include <gtest/gtest.h>

#include "scenarios/agent/windows/logon/user_session.h"
#include "scenarios/agent/windows/win32/child.h"
#include "scenarios/agent/windows/win32/files.h"
#include "scenarios/agent/windows/win32/text.h"
#include "scenarios/agent/windows/win32/tokens.h"
#include "tests/windows/helper_child.h"

namespace smx::agent {
namespace {

DWORD own_session() {
  DWORD session = 0;
  ProcessIdToSessionId(GetCurrentProcessId(), &session);
  return session;
}

Handle file(const std::string& path) {
  return Handle(CreateFileW(wide(path).c_str(), GENERIC_READ | GENERIC_WRITE,
                            FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, nullptr, CREATE_ALWAYS,
                            FILE_ATTRIBUTE_NORMAL, nullptr));
}

/// A helper with files for streams, which are gone with this object.
class Alone {
 public:
  explicit Alone(std::vector<std::string> arguments, const std::string& input = {}) {
    const auto in = file(path("in")), out = file(path("out")), err = file(path("err"));
    DWORD put = 0;
    WriteFile(in.get(), input.data(), static_cast<DWORD>(input.size()), &put, nullptr);
    SetFilePointer(in.get(), 0, nullptr, FILE_BEGIN);
    Child child;
    child.argv = helper(std::move(arguments));
    process_ = start_alone(child, {in.get(), out.get(), err.get()});
    id_ = GetProcessId(process_.get());
  }
  ~Alone() {
    TerminateProcess(process_.get(), 1);
    WaitForSingleObject(process_.get(), 10000);
    for (const auto* which : {"in", "out", "err"}) DeleteFileW(wide(path(which)).c_str());
  }
  Alone(const Alone&) = delete;
  Alone& operator=(const Alone&) = delete;
  bool ends() { return WaitForSingleObject(process_.get(), 30000) == WAIT_OBJECT_0; }
  std::string said() { return read_file(path("out"), 1000); }
  std::uint32_t id() const { return id_; }

 private:
  static std::string path(const std::string& which) {
    return windows_folder() + "\\Temp\\smx-test-" + std::to_string(GetCurrentProcessId()) + "." + which;
  }
  Handle process_;
  std::uint32_t id_ = 0;
};

TEST(Processes, know_this_one) {
  const std::uint32_t id = GetCurrentProcessId();
  EXPECT_EQ(lower(program_of_process(id)), lower(own_program()));
  const auto name = name_of_process(id);
  EXPECT_TRUE(lower(own_program()).ends_with("\\" + name)) << name;
  Handle token;
  ASSERT_NE(OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, token.out()), 0);
  EXPECT_EQ(sid_of_process(id), owner_of(token.get()).sid);
  const auto times = times_of_process(id);
  ASSERT_TRUE(times);
  EXPECT_TRUE(process_runs(id, times->began));
  EXPECT_FALSE(process_runs(id, times->began + 1));
  const auto here = processes_in_session(own_session(), name);
  EXPECT_NE(std::find(here.begin(), here.end(), id), here.end());
  EXPECT_TRUE(processes_in_session(own_session() + 1000, name).empty());
  EXPECT_TRUE(processes_in_session(own_session(), "smx-no-such-program.exe").empty());
}

TEST(Processes, know_what_this_one_has_loaded) {
  EXPECT_EQ(has_loaded(GetCurrentProcessId(), "kernel32.dll"), true);
  EXPECT_EQ(has_loaded(GetCurrentProcessId(), "smx-no-such-library.dll"), false);
}

TEST(Processes, of_nobody_say_nothing) {
  EXPECT_EQ(sid_of_process(0), "");
  EXPECT_EQ(program_of_process(0), "");
  EXPECT_FALSE(times_of_process(0));
}

TEST(Processes, are_ended_only_in_their_own_time) {
  Alone hanging({"hang"});
  const auto times = times_of_process(hanging.id());
  ASSERT_TRUE(times);
  end_process(hanging.id(), times->began + 1);
  EXPECT_TRUE(process_runs(hanging.id(), times->began));
  end_process(hanging.id(), times->began);
  EXPECT_TRUE(hanging.ends());
  EXPECT_FALSE(process_runs(hanging.id(), times->began));
}

TEST(Child, goes_on_alone_with_files_for_streams) {
  Alone echo({"echo"}, "what it is told");
  ASSERT_TRUE(echo.ends());
  EXPECT_EQ(echo.said(), "what it is told");
}

}  // namespace
}  // namespace smx::agent
