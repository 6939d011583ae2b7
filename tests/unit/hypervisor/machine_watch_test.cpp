#include "vm/hypervisor/machine_watch.h"

#include <gtest/gtest.h>

#include <thread>

#include "harness/core/error.h"

namespace smx::vm {
namespace {

std::chrono::steady_clock::time_point in_a_minute() {
  return std::chrono::steady_clock::now() + std::chrono::minutes(1);
}

TEST(MachineWatch, wakes_when_the_agent_connects) {
  const CancelToken cancel;
  MachineWatch watch;
  std::thread events([&] { watch.agent_changed(true); });
  EXPECT_TRUE(watch.wait_for_agent(in_a_minute(), cancel));
  events.join();
}

TEST(MachineWatch, wakes_when_the_machine_ends_first) {
  const CancelToken cancel;
  MachineWatch watch;
  std::thread events([&] { watch.ended(MachineState::crashed); });
  EXPECT_FALSE(watch.wait_for_agent(in_a_minute(), cancel));
  events.join();
  EXPECT_EQ(watch.end(), MachineState::crashed);
}

TEST(MachineWatch, wakes_on_cancellation) {
  CancelToken cancel;
  MachineWatch watch;
  std::thread canceller([&] { cancel.cancel(); });
  EXPECT_FALSE(watch.wait_for_agent(in_a_minute(), cancel));
  watch.wait_for_end(in_a_minute(), cancel);
  canceller.join();
}

TEST(MachineWatch, keeps_the_first_end) {
  MachineWatch watch;
  watch.ended(MachineState::crashed);
  watch.ended(MachineState::stopped);
  EXPECT_EQ(watch.end(), MachineState::crashed);
}

TEST(MachineWatch, has_no_agent_when_time_is_over) {
  const CancelToken cancel;
  MachineWatch watch;
  watch.agent_changed(true);
  watch.agent_changed(false);
  EXPECT_FALSE(watch.wait_for_agent(std::chrono::steady_clock::now(), cancel));
}

TEST(MachineWatch, wakes_when_the_agent_leaves_or_the_machine_ends) {
  const CancelToken cancel;
  MachineWatch restarting, ending;
  for (auto* watch : {&restarting, &ending}) watch->agent_changed(true);
  std::thread events([&] {
    restarting.agent_changed(false);
    ending.ended(MachineState::stopped);
  });
  EXPECT_TRUE(restarting.wait_for_agent_to_leave(in_a_minute(), cancel));
  EXPECT_TRUE(ending.wait_for_agent_to_leave(in_a_minute(), cancel));
  events.join();
}

TEST(MachineWatch, says_that_an_agent_stayed) {
  CancelToken cancel;
  MachineWatch watch;
  watch.agent_changed(true);
  EXPECT_FALSE(watch.wait_for_agent_to_leave(std::chrono::steady_clock::now(), cancel));
  cancel.cancel();
  watch.agent_changed(false);
  EXPECT_FALSE(watch.wait_for_agent_to_leave(in_a_minute(), cancel));
}

TEST(MachineWatches, holds_one_machine_of_a_name) {
  MachineWatches watches;
  const auto watch = watches.enter("a");
  EXPECT_EQ(watches.find("a"), watch);
  EXPECT_EQ(watches.find("b"), nullptr);
  EXPECT_THROW(watches.enter("a"), Error);
  watches.leave("a");
  EXPECT_NO_THROW(watches.enter("a"));
}

}  // namespace
}  // namespace smx::vm
