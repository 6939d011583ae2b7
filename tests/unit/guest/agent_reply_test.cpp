#include "vm/guest/agent_reply.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "harness/core/error.h"
#include "harness/core/text.h"

namespace smx::vm::agent_reply {
namespace {

using nlohmann::json;

TEST(AgentReply, takes_the_value_of_return) {
  EXPECT_EQ(returned(R"({"return": {"pid": 7}})"), (json{{"pid", 7}}));
  EXPECT_EQ(returned(R"({"return": {}})"), json::object());
}

TEST(AgentReply, refuses_what_is_no_reply) {
  for (const char* text : {"", "{", "[]", "7", "null", R"({"pid": 7})", "\xff\xfe"})
    EXPECT_THROW(returned(text), Error) << text;
}

TEST(AgentReply, shows_the_agents_refusal_without_its_escapes) {
  try {
    returned("{\"error\": {\"class\": \"GenericError\", \"desc\": \"no \\u001b[31mway\"}}");
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::guest);
    EXPECT_NE(std::string(error.what()).find("way"), std::string::npos);
    EXPECT_EQ(std::string(error.what()).find('\x1b'), std::string::npos);
  }
}

TEST(AgentReply, refuses_a_refusal_of_any_shape) {
  for (const char* text : {R"({"error": 1})", R"({"error": {"desc": 5}})", R"({"error": []})"})
    EXPECT_THROW(returned(text), Error) << text;
}

TEST(AgentReply, takes_only_whole_numbers_that_fit) {
  EXPECT_EQ(number(json(5)), 5);
  EXPECT_EQ(number(json{{"pid", 6}}, "pid"), 6);
  for (const char* text :
       {"-1", "1.5", "\"5\"", "null", "[]", "18446744073709551615", "1e300", "9007199254740993"})
    EXPECT_THROW(number(json::parse(text)), Error) << text;
  EXPECT_THROW(number(json::object(), "pid"), Error);
  EXPECT_THROW(number(json(5), "pid"), Error);
}

TEST(AgentReply, checks_a_chunks_count_against_its_bytes) {
  const auto chunk = file_chunk({{"count", 3}, {"buf-b64", base64_encode("abc")}, {"eof", true}}, 3);
  EXPECT_EQ(chunk.bytes, "abc");
  EXPECT_TRUE(chunk.eof);
  EXPECT_THROW(file_chunk({{"count", 4}, {"buf-b64", base64_encode("abc")}, {"eof", true}}, 9), Error);
  EXPECT_THROW(file_chunk({{"count", 3}, {"buf-b64", base64_encode("abc")}, {"eof", true}}, 2), Error);
  EXPECT_THROW(file_chunk({{"count", 3}, {"buf-b64", "!!!!"}, {"eof", true}}, 9), Error);
  EXPECT_THROW(file_chunk({{"count", 3}, {"buf-b64", 5}, {"eof", true}}, 9), Error);
  EXPECT_THROW(file_chunk({{"count", 3}, {"buf-b64", base64_encode("abc")}}, 9), Error);
  EXPECT_THROW(file_chunk(json("x"), 9), Error);
}

TEST(AgentReply, gives_nothing_while_a_command_runs) {
  EXPECT_FALSE(exec_status({{"exited", false}}, 10));
}

TEST(AgentReply, takes_a_finished_command_apart) {
  const auto result = exec_status({{"exited", true},
                                   {"exitcode", 7},
                                   {"out-data", base64_encode("0123456789abc")},
                                   {"err-data", base64_encode("e")},
                                   {"err-truncated", true}},
                                  10);
  ASSERT_TRUE(result);
  EXPECT_EQ(result->code, 7);
  EXPECT_EQ(result->out, "0123456789");
  EXPECT_TRUE(result->out_truncated);
  EXPECT_EQ(result->err, "e");
  EXPECT_TRUE(result->err_truncated);
}

TEST(AgentReply, takes_a_windows_exit_code_of_32_bits) {
  const auto result = exec_status({{"exited", true}, {"exitcode", 0xc0000005u}}, 10);
  ASSERT_TRUE(result);
  EXPECT_EQ(static_cast<unsigned>(result->code), 0xc0000005u);
}

TEST(AgentReply, refuses_a_status_that_is_none) {
  for (const char* text :
       {"5", "{}", R"({"exited": 1})", R"({"exited": true})", R"({"exited": true, "exitcode": "0"})",
        R"({"exited": true, "exitcode": 4294967296})", R"({"exited": true, "exitcode": -1})",
        R"({"exited": true, "exitcode": 0, "out-data": "*"})",
        R"({"exited": true, "exitcode": 0, "out-truncated": 1})"})
    EXPECT_THROW(exec_status(json::parse(text), 10), Error) << text;
}

}  // namespace
}  // namespace smx::vm::agent_reply
