#include "vm/hypervisor/orphan_reaper.h"

#include "tests/unit/hypervisor/processes.h"

namespace smx::vm {
namespace {

using test::eventually;
using test::exists;

TEST(OrphanReaper, kills_and_reaps_an_adopted_daemon) {
  const test::Pipe life;
  OrphanReaper reaper;
  pid_t daemon = -1;
  {
    const OrphanReaper::Watch watch(reaper);
    daemon = test::start_daemon([&] { test::wait_until_closed(life); });
  }
  ASSERT_TRUE(exists(daemon));
  EXPECT_TRUE(reaper.kill_and_reap(daemon));
  EXPECT_FALSE(exists(daemon));
}

TEST(OrphanReaper, reaps_a_daemon_that_ends_by_itself) {
  OrphanReaper reaper;
  const OrphanReaper::Watch watch(reaper);
  const pid_t daemon = test::start_daemon([] {});
  EXPECT_TRUE(eventually([&] { return !exists(daemon); }));
}

TEST(OrphanReaper, reaps_after_the_watch_what_was_found_during_it) {
  OrphanReaper reaper;
  pid_t daemon = -1;
  {
    const test::Pipe life;
    const OrphanReaper::Watch watch(reaper);
    daemon = test::start_daemon([&] { test::wait_until_closed(life); });
  }  // the watch ends while it lives, then its pipe is closed
  EXPECT_TRUE(eventually([&] { return !exists(daemon); }));
}

TEST(OrphanReaper, leaves_a_child_to_the_one_who_waits_for_it) {
  OrphanReaper reaper;
  const OrphanReaper::Watch watch(reaper);
  const pid_t plain = ::fork();
  if (plain == 0) ::_exit(3);
  const pid_t leader = ::fork();  // like a child with a session of its own
  if (leader == 0) {
    ::setsid();
    ::_exit(4);
  }
  // By the time the reaper has taken this orphan, it has looked at the two zombies as well.
  const pid_t daemon = test::start_daemon([] {});
  EXPECT_TRUE(eventually([&] { return !exists(daemon); }));
  int status = 0;
  ASSERT_EQ(::waitpid(plain, &status, 0), plain);
  EXPECT_EQ(WEXITSTATUS(status), 3);
  ASSERT_EQ(::waitpid(leader, &status, 0), leader);
  EXPECT_EQ(WEXITSTATUS(status), 4);
}

TEST(OrphanReaper, kills_nothing_that_it_did_not_adopt) {
  const test::Pipe life;
  OrphanReaper reaper;
  const pid_t child = ::fork();
  if (child == 0) test::wait_until_closed(life);
  { const OrphanReaper::Watch watch(reaper); }
  EXPECT_FALSE(reaper.kill_and_reap(child));
  EXPECT_TRUE(exists(child));
  ::kill(child, SIGKILL);
  EXPECT_EQ(::waitpid(child, nullptr, 0), child);
}

}  // namespace
}  // namespace smx::vm
