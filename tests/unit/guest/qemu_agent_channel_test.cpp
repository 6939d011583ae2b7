#include "vm/guest/qemu_agent_channel.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>
#include <nlohmann/json.hpp>

#include "harness/core/error.h"
#include "harness/core/text.h"

namespace smx::vm {
namespace {

using nlohmann::json;

/// An agent that gives the answers it was told to, and a clock that only waiting moves.
class QemuAgentChannelTest : public ::testing::Test {
 protected:
  std::optional<std::string> answer(const std::string& text, Milliseconds) {
    asked_.push_back(json::parse(text));
    if (answers_.empty()) return otherwise_;
    auto reply = answers_.front();
    answers_.pop_front();
    return reply;
  }
  void will_return(const json& value) { answers_.push_back(json{{"return", value}}.dump()); }
  void will_be_silent() { answers_.push_back(std::nullopt); }
  std::vector<std::string> commands() const {
    std::vector<std::string> names;
    for (const json& message : asked_) names.push_back(message.at("execute"));
    return names;
  }

  CancelToken cancel_;
  std::vector<json> asked_;
  std::deque<std::optional<std::string>> answers_;
  std::optional<std::string> otherwise_;
  std::chrono::steady_clock::time_point now_{};
  std::vector<Milliseconds> waits_;
  QemuAgentChannel channel_{
      [this](const std::string& text, Milliseconds limit) { return answer(text, limit); },
      cancel_,
      {[this] { return now_; },
       [this](Milliseconds time) {
         waits_.push_back(time);
         now_ += time;
       }}};
};

TEST_F(QemuAgentChannelTest, ping_is_true_for_an_answer_and_false_for_silence) {
  will_return(json::object());
  EXPECT_TRUE(channel_.ping(Milliseconds(10)));
  EXPECT_FALSE(channel_.ping(Milliseconds(10)));
  EXPECT_THAT(commands(), ::testing::ElementsAre("guest-ping", "guest-ping"));
}

TEST_F(QemuAgentChannelTest, asks_for_a_commands_end_ever_more_rarely) {
  will_return({{"pid", 5}});
  for (int i = 0; i < 15; ++i) will_return({{"exited", false}});
  will_return({{"exited", true}, {"exitcode", 0}});
  EXPECT_EQ(channel_.execute({.argv = {"/bin/true"}, .input = ""}).code, 0);
  EXPECT_EQ(waits_.front(), Milliseconds(5));
  EXPECT_EQ(waits_.back(), Milliseconds(250));
  EXPECT_TRUE(std::is_sorted(waits_.begin(), waits_.end()));
}

TEST_F(QemuAgentChannelTest, gives_arguments_and_input_to_the_agent) {
  will_return({{"pid", 5}});
  will_return({{"exited", true}, {"exitcode", 0}});
  channel_.execute({.argv = {"/opt/agent", "run", "a b"}, .input = "1234"});
  const json& arguments = asked_.at(0).at("arguments");
  EXPECT_EQ(arguments.at("path"), "/opt/agent");
  EXPECT_EQ(arguments.at("arg"), (json{"run", "a b"}));
  EXPECT_EQ(base64_decode(arguments.at("input-data").get<std::string>()), "1234");
  EXPECT_EQ(arguments.at("capture-output"), true);
}

TEST_F(QemuAgentChannelTest, a_command_past_its_limit_is_timed_out_and_killed_in_a_posix_guest) {
  will_return({{"pid", 5}});
  for (int i = 0; i < 4; ++i) will_return({{"exited", false}});
  will_return({{"id", "debian"}});
  will_return({{"pid", 6}});
  const auto result = channel_.execute({.argv = {"/bin/x"}, .input = "", .time_limit = Milliseconds(30)});
  EXPECT_EQ(result.end, GuestResult::End::timed_out);
  EXPECT_EQ(asked_.back().at("arguments"), (json{{"path", "/bin/kill"}, {"arg", {"-9", "5"}}}));
}

TEST_F(QemuAgentChannelTest, a_silent_guest_times_the_command_out_and_is_asked_no_more) {
  will_return({{"pid", 5}});
  const auto result = channel_.execute({.argv = {"/bin/x"}, .input = "", .time_limit = Milliseconds(30)});
  EXPECT_EQ(result.end, GuestResult::End::timed_out);
  EXPECT_EQ(commands().back(), "guest-exec-status");
}

TEST_F(QemuAgentChannelTest, no_error_shows_the_input) {
  answers_.push_back(R"({"error": {"desc": "no such file"}})");
  try {
    channel_.execute({.argv = {"/bin/x"}, .input = "123456"});
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::guest);
    EXPECT_EQ(full_message(error).find(base64_encode("123456")), std::string::npos);
    EXPECT_EQ(full_message(error).find("123456"), std::string::npos);
    EXPECT_NE(std::string(error.what()).find("/bin/x"), std::string::npos);
  }
}

TEST_F(QemuAgentChannelTest, refuses_an_input_that_libvirt_would_not_deliver) {
  EXPECT_THROW(channel_.execute({.argv = {"/bin/x"}, .input = std::string((64u << 10) + 1, 'x')}), Error);
  EXPECT_TRUE(asked_.empty());
}

TEST_F(QemuAgentChannelTest, is_ended_by_cancellation) {
  will_return({{"pid", 5}});
  cancel_.cancel();
  EXPECT_THROW(channel_.execute({.argv = {"/bin/x"}, .input = ""}), Cancelled);
  EXPECT_THROW(channel_.ping(Milliseconds(1)), Cancelled);
}

TEST_F(QemuAgentChannelTest, writes_a_file_in_pieces_that_libvirt_can_deliver) {
  const std::string bytes((64u << 10) + 5, 'q');
  will_return(3);
  will_return({{"count", 64u << 10}});
  will_return({{"count", 5}});
  will_return(json::object());
  will_return({{"id", "mswindows"}});
  channel_.put_file("C:\\agent.exe", bytes, 0755);
  EXPECT_THAT(commands(), ::testing::ElementsAre("guest-file-open", "guest-file-write", "guest-file-write",
                                                 "guest-file-close", "guest-get-osinfo"));
}

TEST_F(QemuAgentChannelTest, a_short_write_is_continued_and_a_write_of_nothing_fails) {
  will_return(3);
  will_return({{"count", 2}});
  will_return({{"count", 0}});
  EXPECT_THROW(channel_.put_file("/x", "abc", 0644), Error);
  EXPECT_EQ(base64_decode(asked_.back().at("arguments").at("buf-b64").get<std::string>()), "c");
}

TEST_F(QemuAgentChannelTest, a_write_of_more_than_was_given_is_nonsense) {
  will_return(3);
  will_return({{"count", 4}});
  EXPECT_THROW(channel_.put_file("/x", "abc", 0644), Error);
}

TEST_F(QemuAgentChannelTest, a_file_without_end_is_cut_at_the_limit) {
  will_return(3);
  will_return({{"count", 11}, {"buf-b64", base64_encode("0123456789a")}, {"eof", false}});
  will_return(json::object());
  bool truncated = false;
  EXPECT_EQ(channel_.get_file("/dev/zero", 10, &truncated), "0123456789");
  EXPECT_TRUE(truncated);
  EXPECT_EQ(asked_.at(1).at("arguments").at("count"), 11);
}

TEST_F(QemuAgentChannelTest, a_read_that_makes_no_progress_ends) {
  otherwise_ = R"({"return": {"count": 0, "buf-b64": "", "eof": false}})";
  will_return(3);
  EXPECT_THROW(channel_.get_file("/x", 10, nullptr), Error);
}

}  // namespace
}  // namespace smx::vm
