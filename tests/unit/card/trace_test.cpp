#include <gmock/gmock.h>

#include "tests/unit/card/card_testing.h"

namespace smx::vm {
namespace {

using namespace testing;
using ::testing::HasSubstr;
using ::testing::Not;

class TraceTest : public ::testing::Test {
 protected:
  SmartCard card_{std::make_unique<MemoryCardStore>(quick_card())};
  Terminal terminal_{card_};
};

TEST_F(TraceTest, names_commands_and_status_words) {
  terminal_.verify("11111111");
  EXPECT_THAT(card_.take_trace(), HasSubstr("VERIFY PIN, 8 bytes in -> 63C2 (2 tries left)\n"));
  terminal_.send(kSelectPiv);
  terminal_.send("00cb3fff055c035fc105");
  terminal_.send("00870011");
  const auto trace = card_.take_trace();
  EXPECT_THAT(trace, HasSubstr("SELECT a000000308, 5 bytes in -> 61"));
  EXPECT_THAT(trace, HasSubstr("GET DATA 9A certificate"));
  terminal_.verified();
  EXPECT_THAT(card_.take_trace(), HasSubstr("VERIFY PIN (status) -> 63C2 (2 tries left)\n"));
}

TEST_F(TraceTest, never_holds_a_pin_or_puk_as_text_or_hex) {
  terminal_.verify(kPin);
  terminal_.verify("11223344");
  terminal_.send("0024008010" + padded("11223344") + padded("55667788"));
  terminal_.send("002c008010" + padded(kPuk) + padded("55667788"));
  terminal_.send("1020008008" + padded(kPin));  // part of a chain
  terminal_.send("8020008008" + padded(kPin));  // a class that is not ours
  terminal_.send("0020008009" + padded(kPin));  // a length that is none
  terminal_.send("00a4040008" + padded(kPin));  // a SELECT of the wrong form
  const auto trace = card_.take_trace();
  for (const auto secret : {kPin, kPuk, std::string_view("11223344"), std::string_view("55667788")}) {
    EXPECT_THAT(trace, Not(HasSubstr(std::string(secret))));
  }
  EXPECT_THAT(trace, Not(HasSubstr(hex(as_bytes(kPin)))));
  EXPECT_THAT(trace, Not(HasSubstr(hex(as_bytes(kPuk)))));
  EXPECT_THAT(trace, Not(HasSubstr(hex(as_bytes("11223344")))));
}

TEST_F(TraceTest, is_taken_once) {
  terminal_.verified();
  EXPECT_NE(card_.take_trace(), "");
  EXPECT_EQ(card_.take_trace(), "");
}

TEST(ApduTrace, drops_the_oldest_lines_and_says_so) {
  ApduTrace trace(2);
  for (const auto* event : {"one", "two", "three"}) trace.event(event);
  const auto text = trace.take();
  EXPECT_THAT(text, HasSubstr("(1 older lines were dropped)"));
  EXPECT_THAT(text, Not(HasSubstr(" one")));
  EXPECT_THAT(text, HasSubstr(" three"));
}

}  // namespace
}  // namespace smx::vm
