#include "vm/card/gids/gids_layout.h"

#include <gtest/gtest.h>

#include <functional>
#include <nlohmann/json.hpp>

#include "tests/unit/card/gids_testing.h"
#include "vm/card/device/card_contents.h"
#include "vm/card/file/card_data_json.h"
#include "vm/card/gids/gids_certificates.h"

// The minidriver's files on an issued card, and the card's own.

namespace smx::vm {
namespace {

using namespace testing;
using Json = nlohmann::json;

const Bytes& object(const CardData& data, std::uint16_t file, std::uint32_t tag) {
  return data.gids.files.at(file).objects.at(tag);
}

TEST(GidsLayout, is_what_microsoft_documents_for_a_card_with_a_file_system) {
  CardData data = blank_gids_card(3, 1);
  gids::create_file_system(data.gids, Bytes(16, 0x77));
  // Microsoft, "Windows Inbox Smart Card Minidriver", data objects after the file system is created.
  EXPECT_EQ(object(data, 0xa000, 0xdf1f),
            from_hex("01"
                     "6d7363700000000000 000000000000000000 0000 00000000 00a00000"
                     "000000000000000000 636172646964000000 0000 20df0000 12a00000"
                     "000000000000000000 636172646170707300 0000 21df0000 10a00000"
                     "000000000000000000 636172646366000000 0000 22df0000 10a00000"
                     "6d7363700000000000 636d617066696c6500 0000 23df0000 10a00000"));
  EXPECT_EQ(hex(object(data, 0xa010, 0xdf21)), "6d73637000000000");
  EXPECT_EQ(hex(object(data, 0xa010, 0xdf22)), "000000000000");
  EXPECT_TRUE(object(data, 0xa010, 0xdf23).empty());
  EXPECT_EQ(object(data, 0xa012, 0xdf20), Bytes(16, 0x77));
}

TEST(GidsLayout, of_an_issued_card_has_one_container_with_its_key_and_certificate) {
  const auto data = quick_gids_card();
  const auto container = gids::default_container(data.gids);
  ASSERT_TRUE(container);
  EXPECT_EQ(container->index, 0);
  EXPECT_EQ(container->key_reference(), 0x81);
  EXPECT_TRUE(container->is_default);
  EXPECT_FALSE(container->signs_only);
  EXPECT_EQ(hex(object(data, 0xa000, 0xdf20)),
            "01"
            "01000000"
            "07"
            "9a"
            "81b0"
            "ffff"
            "0000");
  EXPECT_EQ(object(data, 0xa010, 0xdf23).size(), 86u);
  EXPECT_EQ(hex(object(data, 0xa010, 0xdf23)).substr(160),
            "0300"
            "0000"
            "0008");
  EXPECT_EQ(authentication_key(data), &data.keys.at(0x81));
  EXPECT_EQ(authentication_certificate(data), Bytes(700, 0x30));
  EXPECT_TRUE(gids::read_file(data.gids, "mscp", "kxc00"));
  EXPECT_EQ(card_guid(data).size(), 32u);
}

TEST(GidsLayout, finds_the_default_among_several_containers) {
  auto data = quick_gids_card();
  auto map = *gids::read_file(data.gids, "mscp", "cmapfile");
  Bytes second = map;
  second[80] = 3;
  second[82] = 0x00;
  second[83] = 0x08;  // a key that only signs
  map[80] = 1;
  append(map, second);
  gids::write_file(data.gids, "mscp", "cmapfile", map);
  const auto container = gids::default_container(data.gids);
  ASSERT_TRUE(container);
  EXPECT_EQ(container->index, 1);
  EXPECT_TRUE(container->signs_only);
  EXPECT_EQ(authentication_key(data), nullptr) << "there is no such key";
  EXPECT_EQ(authentication_certificate(data), std::nullopt);
  set_authentication_certificate(data, from_hex("3003020101"));
  EXPECT_TRUE(gids::read_file(data.gids, "mscp", "ksc01"));
  EXPECT_EQ(authentication_certificate(data), from_hex("3003020101"));
}

TEST(GidsLayout, takes_nothing_it_reads_for_granted) {
  auto data = quick_gids_card();
  auto& objects = data.gids.files.at(0xa010).objects;
  for (const auto* map : {"", "00", "ff"}) {
    objects[0xdf23] = from_hex(map);
    EXPECT_EQ(authentication_key(data), nullptr);
  }
  auto& table = data.gids.files.at(0xa000).objects.at(0xdf1f);
  for (std::size_t size = 0; size < table.size(); ++size) {
    table.resize(size);
    EXPECT_FALSE(gids::read_file(data.gids, "mscp", "kxc00")) << size;
  }
  EXPECT_EQ(authentication_certificate(blank_gids_card(3, 1)), std::nullopt);
  EXPECT_EQ(card_guid(blank_gids_card(3, 1)), "");
  auto blank = blank_gids_card(3, 1);
  EXPECT_THROW(set_authentication_certificate(blank, Bytes(3)), Error);
}

TEST(GidsLayout, compresses_certificates_and_expands_only_what_says_its_length) {
  const Bytes certificate(900, 0x30);
  auto file = gids::compressed(certificate);
  EXPECT_LT(file.size(), 100u);
  EXPECT_EQ(hex(file).substr(0, 8), "01008403");
  EXPECT_EQ(gids::decompressed(file), certificate);
  file[2] = 0x83;
  EXPECT_EQ(gids::decompressed(file), std::nullopt);
  file[2] = 0x85;
  EXPECT_EQ(gids::decompressed(file), std::nullopt);
  for (const auto* bad : {"", "0100", "01000000", "0100000000", "0200040011223344", "01000400112233"})
    EXPECT_EQ(gids::decompressed(from_hex(bad)), std::nullopt) << bad;
}

TEST(GidsLayout, gives_roots_as_certificates_without_signature) {
  auto data = quick_gids_card();
  set_gids_root(data, from_hex("3003020101"));  // PKCS#7 only wants a SEQUENCE here
  const auto file = gids::read_file(data.gids, "mscp", "msroots").value();
  EXPECT_EQ(hex(file),
            "302a06092a864886f70d010702a01d301b0201013100300b06092a864886f70d010701a00530030201013100");
}

TEST(NewGidsCard, refuses_what_it_cannot_be) {
  const auto with = [](auto change) {
    auto issue = quick_issue(KeyKind::rsa2048);
    change(issue);
    return issue;
  };
  EXPECT_THROW(new_gids_card(with([](auto& i) { i.pin = Secret("123"); }), kAdminKey), Error);
  EXPECT_THROW(new_gids_card(with([](auto& i) { i.pin = Secret(std::string(17, '1')); }), kAdminKey), Error);
  EXPECT_THROW(new_gids_card(with([](auto& i) { i.key = KeyKind::p256; }), kAdminKey), Error);
  EXPECT_THROW(new_gids_card(with([](auto&) {}), Bytes(16)), Error);
  EXPECT_THROW(parse_admin_key("00"), Error);
  EXPECT_THROW(parse_admin_key(std::string(48, 'x')), Error);
  EXPECT_EQ(parse_admin_key(hex(kAdminKey)), kAdminKey);
}

TEST(NewGidsCard, has_another_atr_than_a_piv_card) {
  EXPECT_NE(kGidsAtr, kDefaultAtr) << "Windows remembers by the ATR which of the two a card was";
  SmartCard card(std::make_unique<MemoryCardStore>(quick_gids_card()));
  EXPECT_EQ(hex(card.atr()), kGidsAtr);
}

TEST(GidsCardFile, comes_back_as_it_was_written) {
  const auto data = quick_gids_card();
  const auto text = format_card(data);
  const auto read = parse_card(text, "my.card");
  EXPECT_EQ(read.gids, data.gids);
  EXPECT_EQ(format_card(read), text);
  EXPECT_EQ(text.find(std::string(kPin)), std::string::npos);
  const auto blank = blank_gids_card(3, 1);
  EXPECT_EQ(parse_card(format_card(blank), "my.card").gids, blank.gids);
}

std::string error_after(const std::function<void(Json&)>& change) {
  auto json = Json::parse(format_card(quick_gids_card()));
  change(json);
  try {
    parse_card(json.dump(), "my.card");
  } catch (const Error& e) {
    EXPECT_EQ(e.kind(), ErrorKind::usage);
    return e.what();
  }
  return "no error";
}

TEST(GidsCardFile, with_a_wrong_member_says_which) {
  const auto expect = [](const std::string& words, const std::function<void(Json&)>& change) {
    EXPECT_NE(error_after(change).find(words), std::string::npos) << words << ": " << error_after(change);
  };
  expect("\"gids\" is missing", [](Json& j) { j.erase("gids"); });
  expect("(/gids): belongs to", [](Json& j) { j["application"] = "piv"; });
  expect("unknown member", [](Json& j) { j["gids"]["extra"] = 1; });
  expect("(/gids/state)", [](Json& j) { j["gids"]["state"] = "new"; });
  expect("(/gids/pin_length)", [](Json& j) { j["gids"]["pin_length"] = 3; });
  expect("(/gids/puk_length)", [](Json& j) { j["gids"]["puk_length"] = 17; });
  expect("(/gids/admin_key)", [](Json& j) { j["gids"]["admin_key"] = "0011"; });
  expect("not a hex number", [](Json& j) { j["gids"]["files"]["x"] = Json::object(); });
  expect("(/gids/files/a010/fcp)", [](Json& j) { j["gids"]["files"]["a010"]["fcp"] = "6200"; });
  expect("(/gids/files/a010/fcp)",
         [](Json& j) { j["gids"]["files"]["a010"]["fcp"] = j["gids"]["files"]["a012"]["fcp"]; });
  expect("(/gids/files/a010/active)", [](Json& j) { j["gids"]["files"]["a010"]["active"] = 1; });
  expect("not a hex number", [](Json& j) { j["gids"]["files"]["a010"]["objects"]["zz"] = "00"; });
}

TEST(GidsCardFile, never_shows_the_administrators_key) {
  const auto key = hex(kAdminKey);
  EXPECT_EQ(error_after([&](Json& j) { j["gids"]["admin_key"] = key + "00"; }).find(key), std::string::npos);
}

}  // namespace
}  // namespace smx::vm
