#include "vm/safety/pin_ledger.h"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include <set>

#include "harness/core/error.h"
#include "tests/unit/safety/memory_ledger.h"

namespace smx::vm {
namespace {

using Kind = LedgerRecord::Kind;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

const Secret kPin("24681357");

TEST(LedgerLine, comes_back_as_it_was) {
  for (const auto& record : {LedgerRecord{Kind::card, 0, 0, "c0ffee"},
                             {Kind::pin, 4, 0, "0011"},
                             {Kind::change, 4, 3},
                             {Kind::attempt, 0, 15},
                             {Kind::clean, 0, 0}}) {
    auto line = ledger_line(record);
    ASSERT_TRUE(line.ends_with('\n'));
    line.pop_back();
    EXPECT_EQ(parse_ledger_line(line), record) << line;
  }
}

TEST(LedgerLine, is_none_when_a_byte_is_missing_or_another) {
  auto line = ledger_line({Kind::change, 4, 3});
  line.pop_back();
  for (std::size_t i = 0; i < line.size(); ++i) {
    EXPECT_EQ(parse_ledger_line(line.substr(0, i)), std::nullopt) << i;
    auto other = line;
    other[i] = static_cast<char>(other[i] ^ 1);
    EXPECT_EQ(parse_ledger_line(other), std::nullopt) << other;
  }
}

TEST(DerivePin, gives_the_same_digits_again_and_never_the_original) {
  std::set<std::string> seen;
  for (std::uint8_t i = 0; i < 200; ++i) {
    const Bytes salt(16, i);
    const auto pin = derive_pin(kPin, salt);
    EXPECT_EQ(pin.reveal(), derive_pin(kPin, salt).reveal());
    EXPECT_EQ(pin.reveal().size(), 8u);
    EXPECT_EQ(pin.reveal().find_first_not_of("0123456789"), std::string_view::npos);
    EXPECT_NE(pin.reveal(), kPin.reveal());
    seen.insert(std::string(pin.reveal()));
  }
  EXPECT_GT(seen.size(), 195u);
}

TEST(DerivePin, depends_on_the_original) {
  EXPECT_NE(derive_pin(kPin, Bytes(16)).reveal(), derive_pin(Secret("24681358"), Bytes(16)).reveal());
}

TEST(DerivePin, avoids_the_original_where_digits_are_few) {
  // One in a million salts gives the original's own six digits at first; with one digit it is one in ten.
  for (std::uint8_t i = 0; i < 100; ++i) EXPECT_NE(derive_pin(Secret("7"), Bytes(16, i)).reveal(), "7");
}

class LedgerTest : public ::testing::Test {
 protected:
  LedgerDisk disk_;
};

TEST_F(LedgerTest, has_what_was_noted_when_it_is_opened_again) {
  {
    const auto ledger = open_ledger(disk_);
    const auto number = ledger->new_pin();
    ledger->note({Kind::change, number, 3});
  }
  const auto ledger = open_ledger(disk_);
  EXPECT_THAT(ledger->history().possible(), ElementsAre(0u, 1u));
  EXPECT_EQ(ledger->value(1, kPin).reveal().size(), 8u);
  EXPECT_EQ(ledger->value(0, kPin).reveal(), kPin.reveal());
  EXPECT_THROW(ledger->value(7, kPin), Error);
}

TEST_F(LedgerTest, holds_no_pin) {
  const auto ledger = open_ledger(disk_);
  const auto number = ledger->new_pin();
  ledger->note({Kind::change, number, 3});
  EXPECT_THAT(disk_.text, Not(HasSubstr(std::string(ledger->value(number, kPin).reveal()))));
  EXPECT_THAT(disk_.text, Not(HasSubstr(std::string(kPin.reveal()))));
}

TEST_F(LedgerTest, drops_a_line_that_was_not_written_to_its_end_wherever_it_was_torn) {
  {
    const auto ledger = open_ledger(disk_);
    ledger->note({Kind::change, 1, 3});
  }
  const auto whole = disk_.text;
  const auto line = ledger_line({Kind::changed, 1});
  for (std::size_t i = 0; i < line.size(); ++i) {
    disk_.text = whole + line.substr(0, i);
    EXPECT_THAT(open_ledger(disk_)->history().possible(), ElementsAre(0u, 1u)) << i;
    EXPECT_EQ(disk_.text, whole) << "the next line does not go behind half a line";
  }
}

TEST_F(LedgerTest, refuses_damage_that_no_crash_makes) {
  {
    const auto ledger = open_ledger(disk_);
    ledger->note({Kind::change, 1, 3});
    ledger->note({Kind::changed, 1});
  }
  disk_.text[disk_.text.find("change")] = 'C';
  EXPECT_THROW(open_ledger(disk_), Error);
}

TEST_F(LedgerTest, refuses_another_cards_ledger) {
  open_ledger(disk_);
  EXPECT_THROW(open_ledger(disk_, "beef"), Error);
}

TEST_F(LedgerTest, does_not_believe_what_it_could_not_write) {
  const auto ledger = open_ledger(disk_);
  disk_.before_append = [](std::string_view) { throw Error(ErrorKind::environment, "no space left"); };
  EXPECT_THROW(ledger->note({Kind::change, 1, 3}), Error);
  EXPECT_TRUE(ledger->history().clean());
}

TEST_F(LedgerTest, begins_anew_with_the_newest_pin) {
  const auto ledger = open_ledger(disk_);
  ledger->new_pin();
  const auto number = ledger->new_pin();
  const auto value = ledger->value(number, kPin);
  ledger->note({Kind::change, number, 3});
  ledger->compact();
  EXPECT_TRUE(ledger->history().clean());
  const auto again = open_ledger(disk_);
  EXPECT_TRUE(again->history().clean());
  EXPECT_EQ(again->value(number, kPin).reveal(), value.reveal());
  EXPECT_EQ(again->new_pin(), number + 1);
}

class LedgerFileTest : public ::testing::Test {
 protected:
  const TempDir folder_{std::filesystem::temp_directory_path(), "ledger-"};
  const std::filesystem::path cards_ = folder_.path() / "cards";
  const std::filesystem::path file_ = cards_ / "c0ffee.ledger";
  std::unique_ptr<PinLedger> open() const {
    return std::make_unique<PinLedger>(std::make_unique<FileLedgerStore>(cards_, "c0ffee"), "c0ffee");
  }
};

TEST_F(LedgerFileTest, is_its_users_own_and_survives) {
  {
    const auto ledger = open();
    ledger->note({Kind::change, 1, 3});
  }
  struct stat state {};
  ASSERT_EQ(::stat(file_.c_str(), &state), 0);
  EXPECT_EQ(state.st_mode & 0777u, 0600u);
  EXPECT_FALSE(open()->history().clean());
  open()->compact();
  ASSERT_EQ(::stat(file_.c_str(), &state), 0);
  EXPECT_EQ(state.st_mode & 0777u, 0600u);
  EXPECT_TRUE(open()->history().clean());
}

TEST_F(LedgerFileTest, belongs_to_one_at_a_time) {
  const auto ledger = open();
  try {
    open();
    FAIL();
  } catch (const Error& e) {
    EXPECT_EQ(e.kind(), ErrorKind::environment);
    EXPECT_THAT(e.what(), HasSubstr("another run"));
  }
}

TEST_F(LedgerFileTest, says_that_it_cannot_be_written) {
  const auto ledger = open();
  std::filesystem::remove(file_);
  EXPECT_THROW(ledger->note({Kind::change, 1, 3}), Error);
}

}  // namespace
}  // namespace smx::vm
