#include "vm/guest/fake_guest.h"

#include <gmock/gmock.h>

#include <thread>

#include "tests/unit/guest/guest_channel_contract.h"

namespace smx::vm {
namespace {

using ::testing::ElementsAre;

// As much of a shell as the contract uses.
GuestResult play_shell(const GuestCommand& command, FakeGuest&) {
  const std::string& script = command.argv.at(2);
  if (script == "cat") return {.out = command.input};
  if (script == "echo out; echo err >&2; exit 3") return {.code = 3, .out = "out\n", .err = "err\n"};
  if (script == "head -c 3000000 /dev/zero") return {.out = std::string(3'000'000, '\0')};
  if (script == "kill -9 $$") return {.end = GuestResult::End::signalled, .code = 9};
  if (script == "exec sleep 1000") return {.end = GuestResult::End::timed_out};
  ADD_FAILURE() << "the fake shell does not know: " << script;
  return {};
}

GuestChannel* fake_for_contract() {
  static const CancelToken cancel;
  static FakeGuest guest({{"/bin/sh", play_shell}}, cancel);
  return &guest;
}

INSTANTIATE_TEST_SUITE_P(fake, GuestChannelContract, ::testing::Values(GuestForContract(fake_for_contract)),
                         [](const auto&) { return std::string("guest"); });

GuestCommand agent_run(const std::string& name) {
  return {.argv = {"/opt/agent", "run", name}, .input = "secret"};
}

TEST(FakeGuest, plays_commands_by_scenario_name_and_records_them_without_their_input) {
  const CancelToken cancel;
  FakeGuest guest({{"facts", fake::prints("{}")}}, cancel);
  guest.put_file("/opt/agent", "x", 0755);
  EXPECT_EQ(guest.execute(agent_run("facts")).out, "{}");
  EXPECT_THROW(guest.execute(agent_run("other")), Error);
  EXPECT_THAT(guest.asked(), ElementsAre("put /opt/agent", "run facts", "run other"));
}

TEST(FakeGuest, that_dies_in_a_command_stays_dead) {
  const CancelToken cancel;
  FakeGuest guest({{"boom", fake::dies()}, {"facts", fake::prints("{}")}}, cancel);
  EXPECT_THROW(guest.execute(agent_run("boom")), Error);
  EXPECT_FALSE(guest.ping(Milliseconds(1)));
  EXPECT_THROW(guest.execute(agent_run("facts")), Error);
  EXPECT_EQ(guest.life(), FakeGuest::Life::crashed);
}

TEST(FakeGuest, that_hangs_answers_no_ping_and_times_every_command_out) {
  const CancelToken cancel;
  FakeGuest guest({{"stuck", fake::hangs()}, {"facts", fake::prints("{}")}}, cancel);
  EXPECT_EQ(guest.execute(agent_run("stuck")).end, GuestResult::End::timed_out);
  EXPECT_FALSE(guest.ping(Milliseconds(1)));
  EXPECT_EQ(guest.execute(agent_run("facts")).end, GuestResult::End::timed_out);
}

TEST(FakeGuest, that_blocks_is_woken_by_cancellation_and_by_its_end) {
  CancelToken cancel;
  FakeGuest guest({{"wait", fake::blocks()}}, cancel);
  std::thread canceller([&] { cancel.cancel(); });
  EXPECT_THROW(guest.execute(agent_run("wait")), Cancelled);
  canceller.join();

  const CancelToken never;
  FakeGuest other({{"wait", fake::blocks()}}, never);
  std::thread ender([&] { other.end(); });
  EXPECT_THROW(other.execute(agent_run("wait")), Error);
  ender.join();
}

}  // namespace
}  // namespace smx::vm
