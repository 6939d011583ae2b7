#include <gtest/gtest.h>

#include "tests/unit/card/gids_testing.h"

// GET DATA and PUT DATA of the GIDS application.

namespace smx::vm {
namespace {

using namespace testing;

class GidsObjects : public GidsTest {};

TEST_F(GidsObjects, are_read_by_anybody_and_written_by_who_may) {
  EXPECT_EQ(terminal_.fetch("00cba010045c02df22"), "df22060000000000009000");
  EXPECT_EQ(terminal_.send("00dba01009df2206000001000000"), "6982");
  terminal_.verify_text(kPin);
  EXPECT_EQ(terminal_.send("00dba01009df2206000001000000"), "9000");
  EXPECT_EQ(terminal_.fetch("00cba010045c02df22"), "df22060000010000009000");
  EXPECT_EQ(terminal_.send("00dba01204df200101"), "6982") << "cardid is the administrator's";
  EXPECT_EQ(terminal_.authenticate_admin(), "9000");
  EXPECT_EQ(terminal_.send("00dba01204df200101"), "9000");
}

TEST_F(GidsObjects, are_hidden_where_reading_has_a_condition) {
  EXPECT_EQ(terminal_.fetch("00cba013045c02df30"), "6982");
  terminal_.verify_text(kPin);
  EXPECT_EQ(terminal_.send("00dba01304df300155"), "9000");
  EXPECT_EQ(terminal_.fetch("00cba013045c02df30"), "df3001559000");
  EXPECT_EQ(terminal_.fetch("00cba014045c02df30"), "6982") << "the administrator's";
  EXPECT_EQ(terminal_.fetch("00cba011045c02df30"), "6982") << "for no one";
  terminal_.log_out();
  EXPECT_EQ(terminal_.fetch("00cba013045c02df30"), "6982");
}

TEST_F(GidsObjects, come_one_by_one_in_a_list_or_all) {
  EXPECT_EQ(terminal_.fetch("00cba010065c04df21df22"), "df21086d73637000000000df22060000000000009000");
  EXPECT_EQ(terminal_.fetch("00cba010065c04df7fdf22"), "df22060000000000009000") << "what is there";
  EXPECT_EQ(terminal_.fetch("00cba012025c00").substr(0, 6), "df2010");
  EXPECT_EQ(terminal_.fetch("00cba010045c02df23").substr(0, 6), "df2356");
  EXPECT_EQ(terminal_.fetch("00cba010045c02df60"), "6a88");
  EXPECT_EQ(terminal_.fetch("00cba013025c00"), "6982");
}

TEST_F(GidsObjects, of_the_selected_file_need_no_file_id) {
  EXPECT_EQ(terminal_.fetch("00cb0000045c02df22"), "6985");
  terminal_.send("00a4000c02a010");
  EXPECT_EQ(terminal_.fetch("00cb0000045c02df22"), "df22060000000000009000");
  terminal_.select();
  EXPECT_EQ(terminal_.fetch("00cb0000045c02df22"), "6985");
}

TEST_F(GidsObjects, lie_in_data_files_only) {
  EXPECT_EQ(terminal_.fetch("00cba0ff045c02df22"), "6a82");
  EXPECT_EQ(terminal_.fetch("00cb2f01025c00"), "6a82") << "no EF.ATR";
  EXPECT_EQ(terminal_.fetch("00cbb081045c02df22"), "6981");
  EXPECT_EQ(terminal_.fetch("00cba01003123456"), "6a80");
  terminal_.verify_text(kPin);
  EXPECT_EQ(terminal_.send("00dbb08104df300101"), "6981");
  EXPECT_EQ(terminal_.send("00dba0ff04df300101"), "6a82");
}

TEST_F(GidsObjects, are_emptied_first_and_removed_then) {
  terminal_.verify_text(kPin);
  terminal_.send("00dba01004df400155");
  EXPECT_EQ(terminal_.send("00dba01003df4000"), "9000");
  EXPECT_EQ(terminal_.fetch("00cba010045c02df40"), "df40009000");
  EXPECT_EQ(terminal_.send("00dba01003df4000"), "9000");
  EXPECT_EQ(terminal_.fetch("00cba010045c02df40"), "6a88");
}

TEST_F(GidsObjects, must_be_whole) {
  terminal_.verify_text(kPin);
  for (const auto* bad : {"00dba01003df4001", "00dba010", "00dba01002df40", "00dba01007df400155df4101"})
    EXPECT_EQ(terminal_.send(bad), "6a80") << bad;
  EXPECT_EQ(terminal_.fetch("00cba010045c02df40"), "6a88") << "nothing of it was stored";
  EXPECT_EQ(terminal_.send("00dba01008df400155df410166"), "9000") << "two at once are one step";
  EXPECT_EQ(terminal_.fetch("00cba010065c04df40df41"), "df400155df4101669000");
}

TEST_F(GidsObjects, of_any_size_travel_in_chains) {
  terminal_.verify_text(kPin);
  Bytes content = from_hex("df40820400");
  content.resize(content.size() + 0x400, 0x77);
  EXPECT_EQ(terminal_.with_data("00dba010", content), "9000");
  EXPECT_EQ(terminal_.fetch("00cba010045c02df40"), hex(content) + "9000");
}

TEST_F(GidsObjects, that_cannot_be_stored_stay_what_they_were) {
  terminal_.verify_text(kPin);
  store_->fail_at = store_->saves + 1;
  EXPECT_EQ(terminal_.send("00dba01009df2206000001000000"), "6581");
  EXPECT_EQ(terminal_.fetch("00cba010045c02df22"), "df22060000000000009000");
}

TEST_F(GidsObjects, of_the_application_are_few) {
  EXPECT_EQ(terminal_.fetch("00cb3fff045c02df22"), "6a88");
  EXPECT_EQ(terminal_.fetch("00cb3fff025c00"), "6a80");
  EXPECT_EQ(terminal_.fetch("00cb3fff065c047f717f73"), "6a80");
}

}  // namespace
}  // namespace smx::vm
