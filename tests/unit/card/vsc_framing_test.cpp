#include "vm/card/transport/vsc_framing.h"

#include <gtest/gtest.h>

#include "tests/unit/card/card_testing.h"

namespace smx::vm {
namespace {

using testing::from_hex;

TEST(VscFraming, writes_type_reader_and_length_big_endian) {
  Bytes bytes;
  append_vsc(bytes, VscType::apdu, 1, from_hex("9000"));
  EXPECT_EQ(hex(bytes),
            "00000007"
            "00000001"
            "00000002"
            "9000");
  EXPECT_EQ(hex(vsc_init_payload()),
            "56534344"
            "00000002"
            "00000000");
}

TEST(VscFraming, finds_messages_in_any_cutting_of_the_stream) {
  Bytes stream;
  append_vsc(stream, VscType::init, kUndefinedReader, vsc_init_payload());
  append_vsc(stream, VscType::card_remove, 0, {});
  append_vsc(stream, VscType::apdu, 0, from_hex("00200080"));
  for (std::size_t cut = 1; cut <= stream.size(); ++cut) {
    VscParser parser;
    std::string types;
    for (std::size_t at = 0; at < stream.size(); at += cut) {
      parser.feed(ByteView(stream).subspan(at, std::min(cut, stream.size() - at)));
      while (const auto message = parser.next()) {
        types += std::to_string(message->type);
        if (message->is(VscType::apdu)) {
          EXPECT_EQ(hex(message->payload), "00200080");
        }
      }
    }
    EXPECT_EQ(types, "167") << "pieces of " << cut;
  }
}

TEST(VscFraming, waits_for_the_rest_of_a_truncated_message) {
  VscParser parser;
  parser.feed(from_hex("00000007 00000000 00000004 0020"));
  EXPECT_FALSE(parser.next());
  EXPECT_FALSE(parser.broken());
  parser.feed(from_hex("0080"));
  EXPECT_EQ(hex(parser.next()->payload), "00200080");
}

TEST(VscFraming, gives_up_on_a_payload_that_is_too_long) {
  for (const auto* length : {"00000401", "7fffffff", "ffffffff"}) {
    VscParser parser;
    parser.feed(from_hex("00000007 00000000" + std::string(length)));
    EXPECT_FALSE(parser.next()) << length;
    EXPECT_TRUE(parser.broken()) << length;
    parser.feed(from_hex("00000006 00000000 00000000"));
    EXPECT_FALSE(parser.next()) << "a broken stream stays broken";
  }
  VscParser parser;
  parser.feed(from_hex("00000007 00000000 00000400"));
  parser.feed(Bytes(1024));
  EXPECT_TRUE(parser.next()) << "the longest that is allowed";
}

TEST(VscFraming, passes_unknown_types_on) {
  VscParser parser;
  parser.feed(from_hex("deadbeef 00000000 00000000"));
  EXPECT_EQ(parser.next()->type, 0xdeadbeefu);
}

TEST(VscFraming, reads_error_codes_of_the_right_size_only) {
  const auto four = from_hex("00000002"), three = from_hex("000002");
  const VscMessage good{2, 0, four}, shorter{2, 0, three}, other{7, 0, four};
  EXPECT_EQ(vsc_error_code(good), 2u);
  EXPECT_FALSE(vsc_error_code(shorter));
  EXPECT_FALSE(vsc_error_code(other));
}

}  // namespace
}  // namespace smx::vm
