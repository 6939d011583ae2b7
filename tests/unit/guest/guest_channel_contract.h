#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <memory>

#include "harness/core/error.h"
#include "harness/core/time_types.h"
#include "vm/guest/guest_channel.h"

// What every GuestChannel promises. Runs on the guest in memory always, and on a booted one where an image is
// there.

namespace smx::vm {

/// Gives the channel of a running guest that has a POSIX /bin/sh; null means: not here, and why was printed.
using GuestForContract = std::function<GuestChannel*()>;

class GuestChannelContract : public ::testing::TestWithParam<GuestForContract> {
 protected:
  void SetUp() override {
    guest_ = GetParam()();
    if (guest_ == nullptr) GTEST_SKIP() << "no bootable image: `safemode-matrix image build reference-linux`";
  }

  GuestResult shell(const std::string& script, std::string input = "") {
    GuestCommand command{.argv = {"/bin/sh", "-c", script}, .input = std::move(input)};
    return guest_->execute(command);
  }

  static ErrorKind kind_of(const std::function<void()>& act) {
    try {
      act();
    } catch (const Error& error) {
      return error.kind();
    }
    ADD_FAILURE() << "nothing was thrown";
    return ErrorKind::internal;
  }

  GuestChannel* guest_ = nullptr;
};

TEST_P(GuestChannelContract, answers_a_ping) {
  EXPECT_TRUE(guest_->ping(Milliseconds(5000)));
}

TEST_P(GuestChannelContract, tells_exit_code_and_both_outputs_apart) {
  const GuestResult result = shell("echo out; echo err >&2; exit 3");
  EXPECT_EQ(result.end, GuestResult::End::exited);
  EXPECT_EQ(result.code, 3);
  EXPECT_EQ(result.out, "out\n");
  EXPECT_EQ(result.err, "err\n");
  EXPECT_FALSE(result.out_truncated);
}

TEST_P(GuestChannelContract, gives_the_input_to_the_command_byte_for_byte) {
  const std::string input("a\0b\xff\n", 5);
  EXPECT_EQ(shell("cat", input).out, input);
}

TEST_P(GuestChannelContract, gives_an_empty_input_as_an_end_of_file) {
  EXPECT_EQ(shell("cat").out, "");
}

TEST_P(GuestChannelContract, cuts_output_at_the_limit_and_says_so) {
  GuestCommand command{.argv = {"/bin/sh", "-c", "head -c 3000000 /dev/zero"}, .input = ""};
  command.output_limit = 1000;
  const GuestResult result = guest_->execute(command);
  EXPECT_EQ(result.out.size(), 1000u);
  EXPECT_TRUE(result.out_truncated);
  EXPECT_FALSE(result.err_truncated);
}

TEST_P(GuestChannelContract, reports_a_signal) {
  const GuestResult result = shell("kill -9 $$");
  EXPECT_EQ(result.end, GuestResult::End::signalled);
  EXPECT_EQ(result.code, 9);
}

TEST_P(GuestChannelContract, times_a_hanging_command_out_and_still_answers) {
  GuestCommand command{.argv = {"/bin/sh", "-c", "exec sleep 1000"}, .input = ""};
  command.time_limit = Milliseconds(300);
  EXPECT_EQ(guest_->execute(command).end, GuestResult::End::timed_out);
  EXPECT_TRUE(guest_->ping(Milliseconds(5000)));
}

TEST_P(GuestChannelContract, refuses_a_program_that_is_not_there) {
  const GuestCommand command{.argv = {"/no/such/program"}, .input = ""};
  EXPECT_EQ(kind_of([&] { guest_->execute(command); }), ErrorKind::guest);
}

TEST_P(GuestChannelContract, carries_a_file_there_and_back) {
  std::string bytes;
  for (std::size_t i = 0; i < 200'000; ++i) bytes.push_back(static_cast<char>(i * 7 % 251));
  guest_->put_file("/tmp/contract", bytes, 0755);
  bool truncated = true;
  EXPECT_EQ(guest_->get_file("/tmp/contract", 1u << 20, &truncated), bytes);
  EXPECT_FALSE(truncated);
  EXPECT_EQ(guest_->get_file("/tmp/contract", 1000, &truncated), bytes.substr(0, 1000));
  EXPECT_TRUE(truncated);
  EXPECT_EQ(guest_->get_file("/tmp/contract", bytes.size(), &truncated), bytes);
  EXPECT_FALSE(truncated);
}

TEST_P(GuestChannelContract, replaces_a_longer_file) {
  guest_->put_file("/tmp/contract-2", "long content", 0644);
  guest_->put_file("/tmp/contract-2", "", 0644);
  EXPECT_EQ(guest_->get_file("/tmp/contract-2", 100, nullptr), "");
}

TEST_P(GuestChannelContract, has_no_file_that_was_not_put) {
  EXPECT_EQ(kind_of([&] { guest_->get_file("/no/such/file", 10, nullptr); }), ErrorKind::guest);
}

}  // namespace smx::vm
