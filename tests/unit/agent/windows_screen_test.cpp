#include <gtest/gtest.h>

#include "scenarios/agent/windows/logon/logon_events.h"
#include "scenarios/agent/windows/net/rdp_negotiation.h"
#include "scenarios/agent/windows/screen/quiet.h"
#include "scenarios/agent/windows/screen/screen_rules.h"
#include "scenarios/agent/windows/screen/screen_state.h"

// How the agent judges what happened at a Windows screen, without a Windows.

namespace smx::agent {
namespace {

using Milliseconds = QuietWatch::Milliseconds;
constexpr std::uint64_t kMillisecond = 10'000;  // of processor time

TEST(Quiet, is_a_second_without_work) {
  QuietWatch watch;
  EXPECT_FALSE(watch.see(Milliseconds(0), 7, 500 * kMillisecond));
  EXPECT_FALSE(watch.see(Milliseconds(999), 7, 500 * kMillisecond));
  EXPECT_TRUE(watch.see(Milliseconds(1000), 7, 500 * kMillisecond));
}

TEST(Quiet, begins_anew_with_work) {
  QuietWatch watch;
  watch.see(Milliseconds(0), 7, 0);
  EXPECT_FALSE(watch.see(Milliseconds(900), 7, 40 * kMillisecond));
  EXPECT_FALSE(watch.see(Milliseconds(1800), 7, 40 * kMillisecond));
  EXPECT_TRUE(watch.see(Milliseconds(1900), 7, 40 * kMillisecond));
}

TEST(Quiet, forgives_a_caret_but_not_many_small_works) {
  QuietWatch watch;
  watch.see(Milliseconds(0), 7, 0);
  EXPECT_TRUE(watch.see(Milliseconds(1000), 7, 15 * kMillisecond));
  QuietWatch busy;
  bool ever = false;
  for (int i = 0; i < 40; ++i)
    ever = busy.see(Milliseconds(i * 100), 7, static_cast<std::uint64_t>(i) * 5 * kMillisecond) || ever;
  EXPECT_FALSE(ever);
}

TEST(Quiet, is_not_another_process_that_took_its_place) {
  QuietWatch watch;
  watch.see(Milliseconds(0), 7, 100 * kMillisecond);
  EXPECT_FALSE(watch.see(Milliseconds(1000), 8, 100 * kMillisecond));
  EXPECT_FALSE(watch.see(Milliseconds(1900), 8, 20 * kMillisecond));  // the id was used again
  EXPECT_FALSE(watch.see(Milliseconds(2800), 8, 20 * kMillisecond));
  EXPECT_TRUE(watch.see(Milliseconds(2900), 8, 20 * kMillisecond));
}

const std::string kSid = "S-1-5-21-1-2-3-1104";
const LogonSearch kLogon{kSid, "alice", {2}};

LogonEvent logged_on(std::uint32_t type, const std::string& sid = kSid) {
  return {4624, 10, sid, "alice", "LAB", type, 0, 0};
}
LogonEvent refused(const std::string& user, std::uint32_t status, std::uint32_t substatus = 0) {
  return {4625, 11, "S-1-0-0", user, "LAB", 2, status, substatus};
}
LogonVerdict::Kind kind_of(const std::vector<LogonEvent>& events) {
  return judge_logons(events, kLogon).kind;
}

TEST(LogonEvents, of_the_holder_and_the_right_type_are_the_logon) {
  const auto verdict = judge_logons({logged_on(5, "S-1-5-18"), logged_on(2)}, kLogon);
  EXPECT_EQ(verdict.kind, LogonVerdict::Kind::accepted);
  EXPECT_EQ(verdict.event.sid, kSid);
  EXPECT_EQ(describe(verdict.event), "4624 type 2 LAB\\alice (S-1-5-21-1-2-3-1104)");
}

TEST(LogonEvents, of_others_prove_nothing) {
  EXPECT_EQ(kind_of({}), LogonVerdict::Kind::none);
  EXPECT_EQ(kind_of({logged_on(2, "S-1-5-21-1-2-3-500")}), LogonVerdict::Kind::none);
  EXPECT_EQ(kind_of({refused("bob", 0xc000006d)}), LogonVerdict::Kind::none);
  EXPECT_EQ(kind_of({refused("-", 0xc000006d)}), LogonVerdict::Kind::none);
  auto other = logged_on(2);
  other.id = 4648;
  EXPECT_EQ(kind_of({other}), LogonVerdict::Kind::none);
}

TEST(LogonEvents, of_another_type_are_told_from_none) {
  EXPECT_EQ(kind_of({logged_on(11)}), LogonVerdict::Kind::other_type);
  EXPECT_EQ(kind_of({logged_on(11), logged_on(2)}), LogonVerdict::Kind::accepted);
  EXPECT_EQ(judge_logons({logged_on(13)}, {kSid, "alice", {7, 13}}).kind, LogonVerdict::Kind::accepted);
}

TEST(LogonEvents, that_refuse_the_holder_keep_their_status) {
  const auto verdict = judge_logons({refused("Alice", 0xc000006d, 0xc0000380)}, kLogon);
  EXPECT_EQ(verdict.kind, LogonVerdict::Kind::refused);
  EXPECT_EQ(describe(verdict.event),
            "4625 type 2 LAB\\Alice, status c000006d (STATUS_LOGON_FAILURE), status c0000380 "
            "(STATUS_SMARTCARD_WRONG_PIN)");
  EXPECT_EQ(kind_of({refused("alice@lab.test", 0xc000006d)}), LogonVerdict::Kind::refused);
  EXPECT_EQ(kind_of({refused("@@BQxyz", 0xc000006d)}), LogonVerdict::Kind::refused);
  EXPECT_EQ(kind_of({refused("", 0xc000006d, 0xc0000381)}), LogonVerdict::Kind::refused);
  EXPECT_EQ(kind_of({refused("-", 0xc000038d)}), LogonVerdict::Kind::refused);
}

TEST(LogonEvents, that_refuse_stand_below_a_logon_and_above_one_of_another_type) {
  EXPECT_EQ(kind_of({refused("alice", 0xc000005e), logged_on(2)}), LogonVerdict::Kind::accepted);
  EXPECT_EQ(kind_of({logged_on(11), refused("alice", 0xc000005e)}), LogonVerdict::Kind::refused);
}

TEST(LogonEvents, of_a_wrong_password_are_keys_in_another_tile) {
  EXPECT_EQ(kind_of({refused("alice", 0xc000006d, 0xc000006a)}), LogonVerdict::Kind::wrong_tile);
  EXPECT_EQ(kind_of({refused("bob", 0xc000006a)}), LogonVerdict::Kind::wrong_tile);
  EXPECT_EQ(kind_of({refused("alice", 0xc000006d, 0xc000006a), refused("alice", 0xc000006d, 0xc0000380)}),
            LogonVerdict::Kind::refused);
}

ScreenState screen_sample() {
  return {std::string(32, 'a'), 18446744073709551615u, 2, kSid, 4711, 133000000000000000u};
}

TEST(ScreenState, comes_back_as_it_was_kept) {
  const auto state = screen_state(screen_state_text(screen_sample()));
  ASSERT_TRUE(state);
  EXPECT_EQ(state->nonce, screen_sample().nonce);
  EXPECT_EQ(state->record, screen_sample().record);
  EXPECT_EQ(state->session, 2u);
  EXPECT_EQ(state->sid, kSid);
  EXPECT_EQ(state->process, 4711u);
  EXPECT_EQ(state->began, screen_sample().began);
  auto without = screen_sample();
  without.sid.clear();
  ASSERT_TRUE(screen_state(screen_state_text(without)));
  EXPECT_EQ(screen_state(screen_state_text(without))->sid, "");
}

TEST(ScreenState, is_no_other_text) {
  const auto text = screen_state_text(screen_sample());
  // What is cut off before the last field begins; a number that is cut is a number.
  for (std::size_t i = 0; i <= text.rfind(' ') + 1; ++i) EXPECT_FALSE(screen_state(text.substr(0, i))) << i;
  const std::string n(32, 'a');
  for (const auto& bad :
       {std::string(), "2 " + n + " 1 1 - 0 0", "1 " + n + " 1 1 - 0", "1 " + n + " 1 1 - 0 0 0",
        "1 " + n + " 1 1  0 0", "1 " + n + " -1 1 - 0 0", "1 " + n + " 1 4294967296 - 0 0",
        "1 " + n + " 18446744073709551616 1 - 0 0", "1 " + n + " 1x 1 - 0 0", "1 " + n + " 1 1 S-2-1 0 0",
        "1 " + n + " 1 1 S-1- 0 0", "1 " + std::string(32, 'g') + " 1 1 - 0 0", std::string("1 aa 1 1 - 0 0"),
        text + " ", " " + text, text + std::string(400, '0')})
    EXPECT_FALSE(screen_state(bad)) << bad;
}

TEST(ScreenRules, tell_persons_from_what_else_runs_in_a_session) {
  EXPECT_TRUE(is_person(kSid));
  EXPECT_TRUE(is_person("S-1-12-1-1-2-3-4"));
  for (const auto* sid : {"", "S-1-5-18", "S-1-5-19", "S-1-5-90-0-1", "S-1-5-96-0-1", "S-1-5-2"})
    EXPECT_FALSE(is_person(sid)) << sid;
}

TEST(ScreenRules, read_the_lock_flag_the_other_way_round_on_windows_7) {
  EXPECT_EQ(says_locked(0, "10.0.19045"), true);
  EXPECT_EQ(says_locked(1, "6.3.9600"), false);
  EXPECT_EQ(says_locked(0, "6.1.7601"), false);
  EXPECT_EQ(says_locked(1, "6.1.7601"), true);
  EXPECT_EQ(says_locked(-1, "10.0.19045"), std::nullopt);
  EXPECT_EQ(says_locked(-1, "6.1.7601"), std::nullopt);
}

TEST(ScreenRules, know_who_is_asked_for_credentials) {
  EXPECT_EQ(why_no_credentials_are_asked({1, 5, 3, 1, false}), "");
  EXPECT_EQ(why_no_credentials_are_asked({1, 5, 1, 1, false}), "");
  EXPECT_EQ(why_no_credentials_are_asked({1, 1, 3, 3, false}), "");
  EXPECT_EQ(why_no_credentials_are_asked({1, 3, 0, 3, false}), "");
  EXPECT_NE(why_no_credentials_are_asked({0, 1, 3, 1, false}).find("EnableLUA"), std::string::npos);
  EXPECT_NE(why_no_credentials_are_asked({1, 5, 3, 3, false}).find("ConsentPromptBehaviorAdmin"),
            std::string::npos);
  EXPECT_NE(why_no_credentials_are_asked({1, 1, 3, 2, true}).find("rights already"), std::string::npos);
  EXPECT_NE(why_no_credentials_are_asked({1, 1, 3, 1, true}).find("rights already"), std::string::npos);
  EXPECT_NE(why_no_credentials_are_asked({1, 5, 0, 1, false}).find("ConsentPromptBehaviorUser"),
            std::string::npos);
}

// MS-RDPBCGR 4.1.2: the annotated example of a server's confirm.
const Bytes kConfirm{0x03, 0x00, 0x00, 0x13, 0x0e, 0xd0, 0x00, 0x00, 0x12, 0x34,
                     0x00, 0x02, 0x00, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00};
const Bytes kPlain{0x03, 0x00, 0x00, 0x0b, 0x06, 0xd0, 0x00, 0x00, 0x12, 0x34, 0x00};

TEST(RdpNegotiation, asks_with_a_request_of_its_own_length) {
  const auto request = rdp_connection_request();
  ASSERT_EQ(request.size(), 19u);
  EXPECT_EQ(request[3], request.size());
  EXPECT_EQ(request[4], request.size() - 5);
}

TEST(RdpNegotiation, reads_what_the_server_confirms) {
  auto bytes = kConfirm;
  EXPECT_EQ(rdp_confirm_size({bytes.begin(), bytes.begin() + 4}), 19u);
  bytes[15] = 2;
  const auto hybrid = rdp_confirm(bytes);
  ASSERT_TRUE(hybrid);
  EXPECT_EQ(hybrid->kind, RdpConfirm::Kind::protocol);
  EXPECT_EQ(describe(*hybrid), "it chooses CredSSP");
  bytes[11] = 3;
  const auto failure = rdp_confirm(bytes);
  ASSERT_TRUE(failure);
  EXPECT_EQ(failure->kind, RdpConfirm::Kind::refused);
  EXPECT_EQ(failure->value, 2u);
  ASSERT_TRUE(rdp_confirm(kPlain));
  EXPECT_EQ(rdp_confirm(kPlain)->kind, RdpConfirm::Kind::plain);
}

TEST(RdpNegotiation, takes_nothing_else_for_a_confirm) {
  for (std::size_t i = 0; i < kConfirm.size(); ++i)
    EXPECT_FALSE(rdp_confirm({kConfirm.begin(), kConfirm.begin() + static_cast<std::ptrdiff_t>(i)})) << i;
  auto longer = kConfirm;
  longer.push_back(0);
  EXPECT_FALSE(rdp_confirm(longer));
  // Every byte but the references, the flags and the number itself is fixed.
  for (const std::size_t at : {0u, 1u, 2u, 3u, 4u, 5u, 10u, 11u, 13u, 14u}) {
    auto bytes = kConfirm;
    bytes[at] = static_cast<std::uint8_t>(bytes[at] ^ 0x40);
    EXPECT_FALSE(rdp_confirm(bytes)) << at;
  }
  EXPECT_FALSE(rdp_confirm(to_bytes("HTTP/1.1 400 Bad Request")));
  EXPECT_EQ(rdp_confirm_size(to_bytes("SSH-")), 0u);
}

}  // namespace
}  // namespace smx::agent
