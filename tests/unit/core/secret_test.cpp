#include "harness/core/secret.h"

#include <gtest/gtest.h>

#include <set>
#include <type_traits>

namespace smx {
namespace {

TEST(Secret, cannot_become_text_by_accident) {
  static_assert(!std::is_convertible_v<Secret, std::string>);
  static_assert(!std::is_convertible_v<Secret, std::string_view>);
  static_assert(!std::is_convertible_v<const char*, Secret>);
  SUCCEED();
}

TEST(Secret, moves_its_characters_away) {
  Secret a("12345678");
  const Secret b(std::move(a));
  EXPECT_EQ(b.reveal(), "12345678");
  EXPECT_TRUE(a.empty());  // NOLINT(bugprone-use-after-move): that is what is tested
}

TEST(RandomDigits, are_digits_and_differ) {
  std::set<std::string> seen;
  for (int i = 0; i < 20; ++i) {
    const auto pin = random_digits(8);
    EXPECT_EQ(pin.reveal().size(), 8u);
    EXPECT_EQ(pin.reveal().find_first_not_of("0123456789"), std::string_view::npos);
    seen.emplace(pin.reveal());
  }
  EXPECT_GT(seen.size(), 15u);
}

TEST(Redact, hides_every_occurrence_of_every_secret) {
  const std::vector<Secret> secrets{Secret("12345678"), Secret("abcd"), Secret("1")};
  EXPECT_EQ(redact("pin=12345678, again 12345678 abcd 1", secrets),
            "pin=[secret], again [secret] [secret] 1");
}

}  // namespace
}  // namespace smx
