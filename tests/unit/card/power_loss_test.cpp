#include <gtest/gtest.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

#include "harness/core/files.h"
#include "tests/unit/card/card_testing.h"
#include "vm/card/file/card_data_json.h"
#include "vm/card/file/file_card_store.h"

// The plug is pulled: a child process that changes a card's file is killed by SIGKILL before and after every
// system call of its command, one run for each, and the file is opened again. It must be a card, in the old
// or the new state, and a try at a PIN must never be free.

namespace smx::vm {
namespace {

using namespace testing;

/// What the child does, on a card that it has just opened.
struct Act {
  const char* name;
  void (*prepare)(Terminal&);  ///< before any kill: logs in as the command needs it
  std::string (*command)(Terminal&);
  /// Whether the state after is one that the command may leave behind.
  bool (*old_state)(const CardData& before, const CardData& after);
  bool (*new_state)(const CardData& before, const CardData& after);
};

bool same(const CardData& a, const CardData& b) {
  return format_card(a) == format_card(b);
}
/// Nothing but the PIN's counter differs.
bool one_try_counted(const CardData& before, const CardData& after) {
  auto counted = before;
  --counted.pin.tries_left;
  return same(counted, after);
}
bool has_pin(const CardData& data, std::string_view pin) {
  return matches(data.pin.current, pad_reference(pin));
}

void be_administrator(Terminal& terminal) {
  terminal.authenticate_administrator();
}
void be_nobody(Terminal&) {}

const Act kActs[] = {
    {"change_pin", be_nobody,
     [](Terminal& t) { return t.send("0024008010" + padded(kPin) + padded("55667788")); },
     // Between the two: the try is counted, given back, and the old PIN is still there.
     [](const CardData& before, const CardData& after) {
       return same(before, after) || one_try_counted(before, after);
     },
     [](const CardData&, const CardData& after) {
       return has_pin(after, "55667788") && after.pin.tries_left == 3;
     }},
    {"wrong_pin", be_nobody, [](Terminal& t) { return t.verify("11111111"); }, same, one_try_counted},
    {"unblock",
     [](Terminal& t) {
       for (int i = 0; i < 3; ++i) t.verify("11111111");
     },
     [](Terminal& t) { return t.send("002c008010" + padded(kPuk) + padded("55667788")); },
     [](const CardData& before, const CardData& after) {
       return after.pin == before.pin && after.pin.tries_left == 0 && after.puk.tries_left >= 2;
     },
     [](const CardData&, const CardData& after) {
       return has_pin(after, "55667788") && after.pin.tries_left == 3 && after.puk.tries_left == 3;
     }},
    {"put_data", be_administrator, [](Terminal& t) { return t.put(0x5fc102, Bytes(300, 0x5a)); }, same,
     [](const CardData& before, const CardData& after) {
       auto changed = before;
       changed.objects[0x5fc102] = Bytes(300, 0x5a);
       return same(changed, after);
     }},
    {"generate", be_administrator, [](Terminal& t) { return t.send("0047009a05ac0380011100").substr(0, 4); },
     same,
     [](const CardData& before, const CardData& after) {
       auto changed = before;
       changed.keys.insert_or_assign(0x9a, after.keys.at(0x9a));
       return after.keys.at(0x9a).public_key_der() != before.keys.at(0x9a).public_key_der() &&
              same(changed, after);
     }},
};

/// Runs the command in a child, which stops for its tracer when the command begins.
[[noreturn]] void be_child(const std::filesystem::path& file, const Act& act) {
  SmartCard card(std::make_unique<FileCardStore>(file));
  Terminal terminal(card);
  act.prepare(terminal);
  ::ptrace(PTRACE_TRACEME, 0, nullptr, nullptr);
  ::raise(SIGSTOP);
  const auto answer = act.command(terminal);
  ::_exit(answer == "9000" || answer == "63c2" || answer.starts_with("7f49") ? 0 : 3);
}

/// What a killed or finished child left, and what was there when its command began.
struct Result {
  bool finished = false;  ///< the command was done before the kill's turn came
  int exit_code = -1;
  CardData before, after;
};

/// Kills the child at the `stop`-th beginning or end of a system call after its command began.
Result pull_the_plug(const std::filesystem::path& file, const Act& act, int stop) {
  Result result;
  const auto pid = ::fork();
  if (pid == 0) be_child(file, act);
  int status = 0;
  ::waitpid(pid, &status, 0);
  EXPECT_TRUE(WIFSTOPPED(status));
  result.before = FileCardStore(file).load();
  for (int at = 0; at < stop; ++at) {
    ::ptrace(PTRACE_SYSCALL, pid, nullptr, nullptr);
    ::waitpid(pid, &status, 0);
    if (WIFEXITED(status)) {
      result.finished = true;
      result.exit_code = WEXITSTATUS(status);
      break;
    }
  }
  if (!result.finished) {
    ::kill(pid, SIGKILL);
    ::waitpid(pid, &status, 0);
  }
  result.after = FileCardStore(file).load();  // throws when it is no card any more
  return result;
}

bool tracing_works() {
  const auto pid = ::fork();
  if (pid == 0) {
    if (::ptrace(PTRACE_TRACEME, 0, nullptr, nullptr) != 0) ::_exit(1);
    ::raise(SIGSTOP);
    ::_exit(0);
  }
  int status = 0;
  ::waitpid(pid, &status, 0);
  if (!WIFSTOPPED(status)) return false;
  const bool works = ::ptrace(PTRACE_SYSCALL, pid, nullptr, nullptr) == 0;
  ::kill(pid, SIGKILL);
  ::waitpid(pid, &status, 0);
  return works;
}

class PowerLoss : public ::testing::TestWithParam<Act> {
 protected:
  void SetUp() override {
    if (!tracing_works()) GTEST_SKIP() << "ptrace is not allowed here";
    issued_ = quick_card();
  }

  TempDir folder_{std::filesystem::temp_directory_path(), "power-"};
  const std::filesystem::path file_ = folder_.path() / "a.card";
  CardData issued_;
};

INSTANTIATE_TEST_SUITE_P(Commands, PowerLoss, ::testing::ValuesIn(kActs),
                         [](const auto& act) { return std::string(act.param.name); });

TEST_P(PowerLoss, at_every_system_call_leaves_the_old_or_the_new_state) {
  const auto& act = GetParam();
  int old_states = 0, new_states = 0;
  for (int stop = 1; stop < 2000; ++stop) {
    FileCardStore(file_).save(issued_);
    const auto result = pull_the_plug(file_, act, stop);
    const bool is_new = act.new_state(result.before, result.after);
    ASSERT_TRUE(is_new || act.old_state(result.before, result.after)) << "killed at stop " << stop;
    if (result.finished) {
      EXPECT_EQ(result.exit_code, 0);
      EXPECT_TRUE(is_new);
      EXPECT_GT(stop, 10) << "there were system calls to be killed at";
      EXPECT_GT(old_states, 0);
      EXPECT_GT(new_states, 0) << "the state is new before the command's end: killed at the last fsync";
      return;
    }
    ++(is_new ? new_states : old_states);
  }
  FAIL() << "the command never ended";
}

TEST_P(PowerLoss, leaves_a_card_that_can_still_be_written) {
  FileCardStore(file_).save(issued_);
  pull_the_plug(file_, GetParam(), 9);  // amid the first replacement
  SmartCard card(std::make_unique<FileCardStore>(file_));
  Terminal terminal(card);
  const auto tries = card.status().pin.tries_left;
  EXPECT_EQ(terminal.verify("22222222"), tries == 0 ? "6983" : "63c" + std::to_string(tries - 1));
}

/// Without a tracer: SIGKILL at a random instant, while one change follows the other.
TEST(PowerLossAnytime, leaves_one_of_two_states) {
  const TempDir folder(std::filesystem::temp_directory_path(), "power-");
  const auto file = folder.path() / "a.card";
  FileCardStore(file).save(quick_card());
  for (int round = 0; round < 40; ++round) {
    int ready[2];
    ASSERT_EQ(::pipe(ready), 0);
    const auto pid = ::fork();
    if (pid == 0) {
      SmartCard card(std::make_unique<FileCardStore>(file));
      Terminal terminal(card);
      terminal.authenticate_administrator();
      for (std::uint8_t value = 0;; ++value) {
        terminal.put(0x5fc102, Bytes(300, value));
        terminal.put(0x5fc106, Bytes(300, value));
        if (value == round) [[maybe_unused]]
          const auto n = ::write(ready[1], "x", 1);
      }
    }
    char byte = 0;
    ASSERT_EQ(::read(ready[0], &byte, 1), 1);
    ::kill(pid, SIGKILL);
    ::waitpid(pid, nullptr, 0);
    ::close(ready[0]);
    ::close(ready[1]);
    const auto data = FileCardStore(file).load();
    const auto &first = data.objects.at(0x5fc102), &second = data.objects.at(0x5fc106);
    ASSERT_EQ(first, Bytes(300, first.at(0)));
    ASSERT_EQ(second, Bytes(300, second.at(0)));
    ASSERT_LE(static_cast<std::uint8_t>(first[0] - second[0]), 1)
        << "both are of one change, or of two in order";
  }
}

}  // namespace
}  // namespace smx::vm
