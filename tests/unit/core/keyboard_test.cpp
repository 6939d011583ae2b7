#include "harness/core/keyboard.h"

#include <gmock/gmock.h>
#include <linux/input-event-codes.h>

#include "harness/core/error.h"

namespace smx {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

TEST(Keyboard, types_digits_letters_and_signs) {
  EXPECT_THAT(typed("0aZ~ /"),
              ElementsAre(KeyChord{KEY_0}, KeyChord{KEY_A}, KeyChord{KEY_LEFTSHIFT, KEY_Z},
                          KeyChord{KEY_LEFTSHIFT, KEY_GRAVE}, KeyChord{KEY_SPACE}, KeyChord{KEY_SLASH}));
}

TEST(Keyboard, has_every_printable_character) {
  for (char c = ' '; c <= '~'; ++c) EXPECT_EQ(typed(std::string(1, c)).size(), 1u) << c;
}

TEST(Keyboard, does_not_repeat_a_text_that_it_cannot_type) {
  try {
    typed("123\xc3\xa4");
    FAIL();
  } catch (const Error& e) {
    EXPECT_EQ(e.kind(), ErrorKind::usage);
    EXPECT_THAT(e.what(), Not(HasSubstr("123")));
  }
}

TEST(Keyboard, knows_chords_by_name) {
  EXPECT_THAT(chord("ctrl+alt+delete"), ElementsAre(KEY_LEFTCTRL, KEY_LEFTALT, KEY_DELETE));
  EXPECT_THAT(chord("win+l"), ElementsAre(KEY_LEFTMETA, KEY_L));
  EXPECT_THAT(chord("f12"), ElementsAre(KEY_F12));
}

TEST(Keyboard, names_a_key_that_it_does_not_know) {
  try {
    chord("ctrl+hyper");
    FAIL();
  } catch (const Error& e) {
    EXPECT_THAT(e.what(), HasSubstr("\"hyper\""));
  }
  EXPECT_THROW(chord(""), Error);
  EXPECT_THROW(chord("ctrl+"), Error);
  EXPECT_THROW(chord("A"), Error);  // two keys
}

TEST(Keyboard, holds_at_most_what_the_hypervisor_takes) {
  EXPECT_THROW(chord("a+b+c+d+e+f+g+h+i+j+k+l+m+n+o+p+q"), Error);
}

}  // namespace
}  // namespace smx
