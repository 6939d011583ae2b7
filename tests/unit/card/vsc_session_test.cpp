#include "vm/card/transport/vsc_session.h"

#include <gtest/gtest.h>

#include "tests/unit/card/card_testing.h"

namespace smx::vm {
namespace {

using namespace testing;

/// Plays QEMU to a session, and reads what the card says as "type/reader:payload".
class VscSessionTest : public ::testing::Test {
 protected:
  void say(VscType type, std::uint32_t reader, std::string_view payload) {
    Bytes bytes;
    append_vsc(bytes, type, reader, from_hex(payload));
    session_.receive(bytes);
    work();
  }
  /// Does what the card is to do, as the server's worker does.
  void work() {
    while (const auto task = session_.next_task()) {
      if (task->kind == CardTask::Kind::command) {
        session_.done(*task, card_.transmit(task->command));
      } else {
        card_.reset();
        session_.done(*task, task->kind == CardTask::Kind::power_on ? card_.atr() : Bytes{});
      }
    }
  }
  void init() { say(VscType::init, kUndefinedReader, hex(vsc_init_payload())); }
  void ok() { say(VscType::error, 0, "00000000"); }
  void attach() {
    init();
    ok();
    ok();
    session_.take_output();
  }
  std::vector<std::string> heard() {
    VscParser parser;
    parser.feed(session_.take_output());
    std::vector<std::string> messages;
    while (const auto m = parser.next()) messages.push_back(std::to_string(m->type) + ":" + hex(m->payload));
    return messages;
  }
  using Heard = std::vector<std::string>;

  SmartCard card_{std::make_unique<MemoryCardStore>(quick_card())};
  VscSession session_{true};
  const std::string atr_ = "5:" + hex(card_.atr());
};

TEST_F(VscSessionTest, greets_adds_its_reader_and_inserts_its_card) {
  EXPECT_EQ(heard(), Heard{"1:" + hex(vsc_init_payload())});
  init();
  EXPECT_EQ(heard(), Heard{"3:" + hex(as_bytes("safemode-matrix")) + "00"});
  EXPECT_FALSE(session_.attached());
  ok();
  EXPECT_TRUE(session_.attached());
  EXPECT_EQ(heard(), Heard{atr_});
  EXPECT_FALSE(session_.card_accepted());
  ok();
  EXPECT_TRUE(session_.card_accepted());
  EXPECT_EQ(heard(), Heard{});
}

TEST_F(VscSessionTest, sends_the_atr_once_however_many_successes_come) {
  attach();
  for (int i = 0; i < 5; ++i) ok();
  EXPECT_EQ(heard(), Heard{});
}

TEST_F(VscSessionTest, adds_its_reader_once_though_qemu_greets_twice) {
  init();
  heard();
  init();
  EXPECT_EQ(heard(), Heard{});
}

TEST_F(VscSessionTest, answers_every_apdu) {
  attach();
  say(VscType::apdu, 0, "0020008000");
  EXPECT_EQ(heard(), Heard{"7:63c3"});
  say(VscType::apdu, 0, "");
  say(VscType::apdu, 0, "00");
  say(VscType::apdu, 0, std::string(600, 'f'));
  EXPECT_EQ(heard(), (Heard{"7:6700", "7:6700", "7:6700"}));
}

TEST_F(VscSessionTest, tells_of_removal_and_insertion) {
  attach();
  say(VscType::apdu, 0, "0020008008" + padded(kPin));
  heard();
  session_.set_inserted(false);
  EXPECT_EQ(heard(), Heard{"6:"});
  EXPECT_FALSE(session_.card_accepted());
  ok();
  EXPECT_FALSE(session_.card_accepted());
  say(VscType::apdu, 0, "0020008000");
  EXPECT_EQ(heard(), Heard{"7:6f00"}) << "answered although there is no card";
  session_.set_inserted(true);
  session_.set_inserted(true);
  work();
  EXPECT_EQ(heard(), Heard{atr_}) << "once";
  ok();
  EXPECT_TRUE(session_.card_accepted());
  say(VscType::apdu, 0, "0020008000");
  EXPECT_EQ(heard(), Heard{"7:63c3"}) << "an inserted card has lost its security status";
}

TEST_F(VscSessionTest, inserts_a_card_that_was_absent_when_qemu_came) {
  session_.set_inserted(false);
  attach();
  EXPECT_TRUE(session_.attached());
  EXPECT_EQ(heard(), Heard{});
  session_.set_inserted(true);
  work();
  EXPECT_EQ(heard(), Heard{atr_});
}

TEST_F(VscSessionTest, takes_the_answer_to_a_removal_for_none_to_an_insertion) {
  attach();
  session_.set_inserted(false);
  session_.set_inserted(true);
  work();
  EXPECT_EQ(heard(), (Heard{"6:", atr_}));
  ok();
  EXPECT_FALSE(session_.card_accepted());
  ok();
  EXPECT_TRUE(session_.card_accepted());
}

TEST_F(VscSessionTest, hands_on_no_answer_of_a_card_that_was_taken_out) {
  attach();
  Bytes command;
  append_vsc(command, VscType::apdu, 0, from_hex("0020008000"));
  session_.receive(command);
  const auto task = session_.next_task().value();
  session_.set_inserted(false);
  session_.set_inserted(true);
  session_.done(task, from_hex("9000"));
  EXPECT_EQ(heard(), Heard{"6:"});
  work();
  EXPECT_EQ(heard(), Heard{atr_});
}

TEST_F(VscSessionTest, says_nothing_for_a_mute_card) {
  attach();
  Bytes command;
  append_vsc(command, VscType::apdu, 0, from_hex("0020008000"));
  session_.receive(command);
  session_.done(session_.next_task().value(), {});
  EXPECT_EQ(heard(), Heard{});
}

TEST_F(VscSessionTest, takes_the_reader_away_and_brings_it_back_with_its_card) {
  attach();
  session_.set_reader_present(false);
  EXPECT_FALSE(session_.attached());
  EXPECT_EQ(heard(), Heard{"4:"});
  say(VscType::apdu, 0, "0020008000");
  EXPECT_EQ(heard(), Heard{"7:6f00"});
  session_.set_reader_present(true);
  EXPECT_EQ(heard(), Heard{"3:" + hex(as_bytes("safemode-matrix")) + "00"});
  ok();
  EXPECT_FALSE(session_.attached()) << "that was the answer to the removal";
  ok();
  EXPECT_TRUE(session_.attached());
  EXPECT_EQ(heard(), Heard{atr_});
}

TEST_F(VscSessionTest, ends_with_a_peer_that_sends_commands_without_end) {
  attach();
  Bytes many;
  for (int i = 0; i < 5000; ++i) append_vsc(many, VscType::apdu, 0, from_hex("0020008000"));
  session_.receive(many);
  EXPECT_NE(session_.trouble(), "");
}

TEST_F(VscSessionTest, keeps_the_reason_when_qemu_refuses_the_reader) {
  init();
  say(VscType::error, 0, "00000002");
  EXPECT_FALSE(session_.attached());
  EXPECT_NE(session_.trouble().find("VSC error 2"), std::string::npos);
}

TEST_F(VscSessionTest, does_not_accept_a_card_that_qemu_refuses) {
  init();
  ok();
  say(VscType::error, 0, "00000001");
  EXPECT_TRUE(session_.attached());
  EXPECT_FALSE(session_.card_accepted());
}

TEST_F(VscSessionTest, ends_with_a_peer_that_is_no_qemu) {
  say(VscType::init, 0, "58585858 00000002");
  EXPECT_NE(session_.trouble(), "");
  heard();
  init();
  EXPECT_EQ(heard(), Heard{}) << "nothing is taken after that";
}

TEST_F(VscSessionTest, ends_with_a_stream_that_cannot_be_followed) {
  session_.receive(from_hex("00000007 00000000 ffffffff"));
  EXPECT_NE(session_.trouble(), "");
}

TEST_F(VscSessionTest, answers_flush_and_ignores_unknown_messages) {
  attach();
  say(VscType::flush, 0, "");
  EXPECT_EQ(heard(), Heard{"9:"});
  session_.receive(from_hex("000000ff 00000000 00000000"));
  EXPECT_EQ(heard(), Heard{});
  EXPECT_EQ(session_.trouble(), "");
}

}  // namespace
}  // namespace smx::vm
