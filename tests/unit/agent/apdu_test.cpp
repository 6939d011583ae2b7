#include "scenarios/agent/card/apdu.h"

#include <gtest/gtest.h>

#include <deque>

#include "scenarios/agent/card/pin_pad.h"
#include "scenarios/agent/card/piv_client.h"
#include "scenarios/agent/core/reporter.h"

namespace smx::agent {
namespace {

/// Says what the script says, and remembers what it was asked.
class Scripted : public Transmitter {
 public:
  explicit Scripted(std::initializer_list<const char*> answers) {
    for (const auto* answer : answers) answers_.push_back(unhex(answer).value());
  }
  Bytes transmit(const Bytes& command) override {
    asked.push_back(hex(command));
    if (answers_.empty()) throw StepFailure(CheckOutcome::failed, "no-card", "the script is over");
    auto answer = answers_.front();
    answers_.pop_front();
    return answer;
  }
  std::vector<std::string> asked;

 private:
  std::deque<Bytes> answers_;
};

TEST(Apdu, follows_61xx_to_the_end) {
  Scripted card{"01026102", "03049000"};
  const auto response = exchange(card, {0x00, 0xcb, 0x3f, 0xff, {0x5c}, true});
  EXPECT_TRUE(response.sw.ok());
  EXPECT_EQ(hex(response.data), "01020304");
  EXPECT_EQ(card.asked, (std::vector<std::string>{"00cb3fff015c00", "00c0000002"}));
}

TEST(Apdu, repeats_with_the_length_that_6cxx_names) {
  Scripted card{"6c05", "01020304059000"};
  EXPECT_EQ(exchange(card, {0x00, 0xcb, 0x3f, 0xff, {}, true}).data.size(), 5u);
  EXPECT_EQ(card.asked[1], "00cb3fff05");
}

TEST(Apdu, chains_what_is_longer_than_one_command) {
  Scripted card{"9000", "9000", "9000"};
  exchange(card, {0x00, 0x87, 0x07, 0x9a, Bytes(600, 0xaa), true});
  ASSERT_EQ(card.asked.size(), 3u);
  EXPECT_EQ(card.asked[0].substr(0, 10), "1087079aff");
  EXPECT_EQ(card.asked[1].substr(0, 10), "1087079aff");
  EXPECT_EQ(card.asked[2].substr(0, 10), "0087079a5a");
  EXPECT_EQ(card.asked[2].substr(card.asked[2].size() - 2), "00");
}

TEST(Apdu, stops_a_chain_that_the_card_refuses) {
  Scripted card{"6a80"};
  EXPECT_EQ(exchange(card, {0x00, 0x87, 0x07, 0x9a, Bytes(600, 0xaa), true}).sw.value, 0x6a80);
  EXPECT_EQ(card.asked.size(), 1u);
}

TEST(Apdu, gives_up_on_a_card_that_never_ends) {
  Scripted empty{"6101", "6101", "6101"};
  EXPECT_THROW(exchange(empty, {0x00, 0xcb, 0x3f, 0xff, {}, true}), StepFailure);
  class Endless : public Transmitter {
    Bytes transmit(const Bytes&) override {
      Bytes part(256, 0x11);
      part.insert(part.end(), {0x61, 0x00});
      return part;
    }
  } endless;
  EXPECT_THROW(exchange(endless, {0x00, 0xcb, 0x3f, 0xff, {}, true}), StepFailure);
}

TEST(Apdu, refuses_an_answer_without_a_status_word) {
  Scripted card{"90"};
  EXPECT_THROW(exchange(card, {}), StepFailure);
}

TEST(Apdu, describes_status_words) {
  EXPECT_EQ(describe({0x63c2}), "SW 63C2: 2 tries left");
  EXPECT_EQ(describe({0x63c1}), "SW 63C1: 1 try left");
  EXPECT_EQ(describe({0x6983}), "SW 6983: blocked");
  EXPECT_EQ(describe({0x1234}), "SW 1234");
}

TEST(PivClient, sends_the_commands_of_the_standard) {
  Scripted card{"9000", "63c3", "63c2", "9000", "9000", "9000"};
  PivClient piv(card);
  piv.select();
  EXPECT_EQ(piv.pin_status().tries_left(), 3);
  piv.verify(Pin("123456"));
  piv.change_pin(Pin("123456"), Pin("87654321"));
  piv.unblock_pin(Pin("11223344"), Pin("123456"));
  piv.forget_pin();
  EXPECT_EQ(card.asked,
            (std::vector<std::string>{"00a4040005a00000030800", "00200080", "0020008008313233343536ffff",
                                      "0024008010313233343536ffff3837363534333231",
                                      "002c0080103131323233333434313233343536ffff", "0020ff80"}));
}

TEST(PivClient, refuses_a_pin_of_nine_characters_before_the_card_sees_it) {
  Scripted card{};
  EXPECT_THROW(PivClient(card).verify(Pin("123456789")), StepFailure);
  EXPECT_TRUE(card.asked.empty());
}

std::string certificate_failure(const char* answer) {
  Scripted card{answer};
  try {
    PivClient(card).certificate();
  } catch (const StepFailure& failure) {
    return failure.cause + ": " + failure.message;
  }
  return "read";
}

TEST(PivClient, reads_a_certificate_out_of_its_object) {
  Scripted card{"530a7003300102710100fe009000"};
  EXPECT_EQ(hex(PivClient(card).certificate()), "300102");
  EXPECT_EQ(card.asked[0], "00cb3fff055c035fc10500");
}

TEST(PivClient, says_why_a_certificate_cannot_be_read) {
  EXPECT_NE(certificate_failure("6a82").find("not found"), std::string::npos);
  EXPECT_NE(certificate_failure("530a7003300102710101fe009000").find("compressed"), std::string::npos);
  EXPECT_NE(certificate_failure("5305710100fe009000").find("holds none"), std::string::npos);
  EXPECT_NE(certificate_failure("70033001029000").find("no data template"), std::string::npos);
  EXPECT_NE(certificate_failure("53827fff709000").find("no data template"), std::string::npos);
}

TEST(PivClient, signs_by_general_authenticate) {
  Scripted card{"7c048202aabb9000"};
  EXPECT_EQ(hex(PivClient(card).sign(0x11, 0x9a, Bytes(4, 0x01))), "aabb");
  EXPECT_EQ(card.asked[0], "0087119a0a7c08820081040101010100");
}

TEST(PivClient, tells_a_refused_signature_from_a_malformed_one) {
  Scripted refused{"6982"};
  EXPECT_THROW(PivClient(refused).sign(0x11, 0x9a, Bytes(4, 0x01)), StepFailure);
  Scripted malformed{"7c0082009000"};
  EXPECT_THROW(PivClient(malformed).sign(0x11, 0x9a, Bytes(4, 0x01)), StepFailure);
}

TEST(PinPad, reads_features_until_something_is_malformed) {
  const auto features = parse_features(unhex("0604423300120a0442330014ff01").value());
  ASSERT_EQ(features.size(), 2u);
  EXPECT_EQ(features.at(kFeatureVerifyPinDirect), 0x42330012u);
  EXPECT_TRUE(parse_features({}).empty());
  EXPECT_TRUE(parse_features({0x06, 0x04, 0x42}).empty());
}

TEST(PinPad, builds_the_structure_byte_by_byte) {
  EXPECT_EQ(hex(pin_verify_structure(5, CardApplication::piv)),
            "050582080008060201090400000000"  // up to bTeoPrologue
            "0d000000"                        // ulDataLength
            "0020008008ffffffffffffffff");
}

}  // namespace
}  // namespace smx::agent
