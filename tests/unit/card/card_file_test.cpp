#include <gmock/gmock.h>
#include <sys/stat.h>

#include <nlohmann/json.hpp>

#include "harness/core/files.h"
#include "tests/unit/card/card_testing.h"
#include "vm/card/device/card_contents.h"
#include "vm/card/file/card_data_json.h"
#include "vm/card/file/file_card_store.h"
#include "vm/card/piv/piv_card.h"

namespace smx::vm {
namespace {

using namespace testing;
using ::testing::HasSubstr;
using ::testing::Not;
using Json = nlohmann::json;

std::string error_of(const std::string& text) {
  try {
    parse_card(text, "my.card");
  } catch (const Error& e) {
    EXPECT_EQ(e.kind(), ErrorKind::usage);
    return e.what();
  }
  return "no error";
}

/// The error for a good card file after `change`.
template <typename Change>
std::string error_after(Change change) {
  auto json = Json::parse(format_card(quick_card()));
  change(json);
  return error_of(json.dump());
}

TEST(CardFile, comes_back_as_it_was_written) {
  auto data = quick_card();
  data.issuer_certificate = Bytes{1, 2, 3};
  data.pin.tries_left = 1;
  const auto read = parse_card(format_card(data), "my.card");
  EXPECT_EQ(read.pin, data.pin);
  EXPECT_EQ(read.puk, data.puk);
  EXPECT_EQ(read.atr, data.atr);
  EXPECT_EQ(read.objects, data.objects);
  EXPECT_EQ(authentication_certificate(read), authentication_certificate(data));
  EXPECT_EQ(read.issuer_certificate, data.issuer_certificate);
  EXPECT_EQ(read.keys.at(kKeyAuthentication).pkcs8(), data.keys.at(kKeyAuthentication).pkcs8());
  EXPECT_EQ(format_card(read), format_card(data));
}

TEST(CardFile, of_version_1_had_its_certificate_apart) {
  auto json = Json::parse(format_card(quick_card()));
  json["version"] = 1;
  json["objects"].erase("5fc105");
  json.erase("management_key");
  json["certificates"] = {{"9a", "3003020101"}};
  EXPECT_EQ(authentication_certificate(parse_card(json.dump(), "old.card")), from_hex("3003020101"));
  json["certificates"] = {{"5fc105", "00"}};
  EXPECT_THAT(error_of(json.dump()), HasSubstr("not a hex number"));
  json["certificates"] = {{"9a", "3003020101"}};
  json["version"] = 2;
  EXPECT_THAT(error_of(json.dump()), HasSubstr("unknown member \"certificates\""));
}

TEST(CardFile, keeps_the_management_key_and_may_be_without) {
  auto data = quick_card();
  data.management_key = parse_management_key("aes192:" + std::string(48, 'b'));
  const auto read = parse_card(format_card(data), "my.card");
  EXPECT_EQ(read.management_key.value().algorithm, ManagementAlgorithm::aes192);
  EXPECT_EQ(hex(as_bytes(read.management_key->key.reveal())), std::string(48, 'b'));
  data.management_key.reset();
  EXPECT_FALSE(parse_card(format_card(data), "my.card").management_key);
  const auto error = error_after([](Json& j) { j["management_key"]["key"] = "deadbeef"; });
  EXPECT_THAT(error, HasSubstr("(/management_key/key): has 4 bytes, not 24"));
  EXPECT_THAT(error, Not(HasSubstr("deadbeef")));
  EXPECT_THAT(error_after([](Json& j) { j["management_key"]["algorithm"] = "des"; }),
              HasSubstr("(/management_key/algorithm): is not one of"));
}

TEST(CardFile, holds_neither_pin_nor_puk) {
  const auto text = format_card(quick_card());
  EXPECT_THAT(text, Not(HasSubstr(std::string(kPin))));
  EXPECT_THAT(text, Not(HasSubstr(hex(as_bytes(kPin)))));
  EXPECT_THAT(text, Not(HasSubstr(hex(as_bytes(kPuk)))));
}

TEST(CardFile, is_for_its_owner_only_and_survives_being_opened_again) {
  const TempDir folder(std::filesystem::temp_directory_path(), "card-file-");
  const auto file = folder.path() / "a.card";
  FileCardStore(file).save(quick_card());
  struct stat status {};
  ASSERT_EQ(::stat(file.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777u, 0600u);
  {
    SmartCard card(std::make_unique<FileCardStore>(file));
    EXPECT_EQ(Terminal(card).verify("11111111"), "63c2");
  }
  SmartCard card(std::make_unique<FileCardStore>(file));
  EXPECT_EQ(Terminal(card).verified(), "63c2") << "the counted try was stored";
}

TEST(CardFile, that_is_missing_or_no_json_is_named) {
  EXPECT_THROW(FileCardStore("/nowhere/a.card").load(), Error);
  EXPECT_THAT(error_of("{"), HasSubstr("my.card: is not a card file"));
  EXPECT_THAT(error_of(""), HasSubstr("my.card"));
  EXPECT_THAT(error_of("[]"), HasSubstr("is not an object"));
  EXPECT_THAT(error_of(R"({"version": 1e999})"), HasSubstr("a number is too large"));
}

TEST(CardFile, of_another_format_or_a_newer_version_is_refused) {
  EXPECT_THAT(error_after([](Json& j) { j["format"] = "x"; }), HasSubstr("(/format)"));
  EXPECT_THAT(error_after([](Json& j) { j["version"] = 3; }),
              HasSubstr("(/version): is not between 1 and 2"));
  EXPECT_THAT(error_after([](Json& j) { j["application"] = "x509"; }), HasSubstr("(/application)"));
}

TEST(CardFile, with_a_wrong_member_says_which) {
  EXPECT_THAT(error_after([](Json& j) { j.erase("puk"); }), HasSubstr("\"puk\" is missing"));
  EXPECT_THAT(error_after([](Json& j) { j["extra"] = 1; }), HasSubstr("unknown member \"extra\""));
  EXPECT_THAT(error_after([](Json& j) { j["atr"] = "3b"; }), HasSubstr("(/atr)"));
  EXPECT_THAT(error_after([](Json& j) { j["atr"] = "xyz"; }), HasSubstr("(/atr): is not hex text"));
  EXPECT_THAT(error_after([](Json& j) { j["pin"]["tries_left"] = 4; }),
              HasSubstr("(/pin/tries_left): is not between 0 and 3"));
  EXPECT_THAT(error_after([](Json& j) { j["pin"]["tries_left"] = -1; }), HasSubstr("(/pin/tries_left)"));
  EXPECT_THAT(error_after([](Json& j) { j["pin"]["max_tries"] = 1e300; }), HasSubstr("(/pin/max_tries)"));
  EXPECT_THAT(error_after([](Json& j) { j["pin"]["max_tries"] = 18446744073709551615u; }),
              HasSubstr("(/pin/max_tries)"));
  EXPECT_THAT(error_after([](Json& j) { j["puk"]["current"]["salt"] = "00"; }),
              HasSubstr("(/puk/current/salt): has 1 bytes, not 16"));
  EXPECT_THAT(error_after([](Json& j) { j["pin"]["is_initial"] = 1; }), HasSubstr("(/pin/is_initial)"));
  EXPECT_THAT(error_after([](Json& j) { j["objects"]["zz"] = "00"; }), HasSubstr("not a hex number"));
}

TEST(CardFile, never_shows_a_key_that_it_cannot_read) {
  const auto message = error_after([](Json& j) { j["keys"]["9a"] = "deadbeef"; });
  EXPECT_THAT(message, HasSubstr("RSA 2048, P-256 or P-384"));
  EXPECT_THAT(message, Not(HasSubstr("deadbeef")));
}

TEST(NewCard, refuses_a_pin_or_puk_of_the_wrong_form) {
  auto issue = quick_issue();
  issue.pin = Secret("1234");
  EXPECT_THROW(new_piv_card(issue), Error);
  issue = quick_issue();
  issue.puk = Secret("123456789");
  EXPECT_THROW(new_piv_card(issue), Error);
}

TEST(NewCard, refuses_slots_that_are_no_keys_or_leave_a_gap) {
  auto issue = quick_issue();
  issue.slots = {0x9a, 0x9b};
  EXPECT_THROW(new_piv_card(issue), Error);
  issue.slots = {0x9a, 0x83};
  EXPECT_THROW(new_piv_card(issue), Error);
  issue.slots = {0x83, 0x9a, 0x82};
  EXPECT_EQ(hex(new_piv_card(issue).objects.at(0x5fc10c)), "c10102c20100fe00");
}

TEST(NewCard, has_a_guid_and_a_key_of_its_own) {
  const auto one = new_piv_card(quick_issue()), other = new_piv_card(quick_issue());
  EXPECT_EQ(card_guid(one).size(), 32u);
  EXPECT_NE(card_guid(one), card_guid(other));
  EXPECT_NE(one.management_key->key.reveal(), other.management_key->key.reveal());
  EXPECT_NE(one.keys.at(kKeyAuthentication).public_key_der(),
            other.keys.at(kKeyAuthentication).public_key_der());
}

}  // namespace
}  // namespace smx::vm
