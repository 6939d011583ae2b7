#include "vm/reader/card_files.h"

#include <gmock/gmock.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <cstring>
#include <thread>

#include "harness/core/error.h"
#include "harness/core/files.h"
#include "harness/core/unique_fd.h"
#include "vm/card/device/smart_card.h"
#include "vm/card/file/file_card_store.h"
#include "vm/card/piv/piv_card.h"
#include "vm/lab/x509_text.h"

namespace smx::vm {
namespace {

using ::testing::HasSubstr;

/// `serve_card` in a thread, from when its socket is there to the end of the scope.
class Serving {
 public:
  Serving(const std::filesystem::path& file, const std::string& socket, const LabCa& ca, CancelToken& cancel)
      : cancel_(cancel), thread_([=, &ca, &cancel] { serve_card(file, socket, "", ca, cancel); }) {
    while (!std::filesystem::exists(socket)) std::this_thread::yield();
  }
  ~Serving() {
    cancel_.cancel();
    thread_.join();
  }

 private:
  CancelToken& cancel_;
  std::thread thread_;
};

class CardFilesTest : public ::testing::Test {
 protected:
  CreateCardOptions options() {
    CreateCardOptions o;
    o.key = KeyKind::p256;
    o.holder = {"Alice", "alice@lab.test"};
    return o;
  }
  template <typename Act>
  std::string error_of(Act act) {
    try {
      act();
    } catch (const Error& e) {
      return e.what();
    }
    return "no error";
  }

  const TempDir folder_{std::filesystem::temp_directory_path(), "card-files-"};
  const std::filesystem::path file_ = folder_.path() / "alice.card";
  const LabCa ca_;
};

TEST_F(CardFilesTest, create_makes_a_card_that_takes_its_pin) {
  const auto created = create_card(file_, options(), ca_);
  EXPECT_EQ(created.pin.reveal().size(), 8u);
  EXPECT_NE(created.pin.reveal(), created.puk.reveal());
  SmartCard card(std::make_unique<FileCardStore>(file_));
  Bytes verify{0x00, 0x20, 0x00, 0x80, 0x08};
  append(verify, pad_reference(created.pin.reveal()));
  EXPECT_EQ(hex(card.transmit(verify)), "9000");
}

TEST_F(CardFilesTest, create_takes_the_pin_it_is_given_and_refuses_a_bad_one) {
  auto o = options();
  o.pin = Secret("123456");
  o.puk = Secret("87654321");
  EXPECT_EQ(create_card(file_, o, ca_).pin.reveal(), "123456");
  o.pin = Secret("12");
  EXPECT_THAT(error_of([&] { create_card(folder_.path() / "b.card", o, ca_); }), HasSubstr("6 to 8 digits"));
  o = options();
  o.pin_tries = 16;
  EXPECT_THAT(error_of([&] { create_card(folder_.path() / "b.card", o, ca_); }), HasSubstr("1 to 15"));
  EXPECT_FALSE(std::filesystem::exists(folder_.path() / "b.card"));
}

TEST_F(CardFilesTest, create_makes_gids_cards_with_an_administrators_key_and_no_puk) {
  auto o = options();
  o.application = CardApplication::gids;
  EXPECT_THAT(error_of([&] { create_card(file_, o, ca_); }), HasSubstr("RSA keys only"));
  o.key = KeyKind::rsa2048;
  o.admin_key = Secret("0011");
  EXPECT_THAT(error_of([&] { create_card(file_, o, ca_); }), HasSubstr("48 hex digits"));
  o.admin_key = {};
  const auto created = create_card(file_, o, ca_);
  EXPECT_EQ(created.admin_key.reveal().size(), 48u);
  EXPECT_TRUE(created.puk.empty());
  const auto summary = read_card_summary(file_);
  EXPECT_EQ(summary.application, "gids");
  EXPECT_EQ(summary.key, "rsa2048");
  EXPECT_EQ(summary.upn, "alice@lab.test");
  EXPECT_EQ(summary.guid.size(), 32u);
  EXPECT_EQ(summary.pin_tries_left, 3);
  EXPECT_EQ(summary.puk_tries_max, 0);
  EXPECT_EQ(hex(FileCardStore(file_).load().gids.admin_key), created.admin_key.reveal());
}

TEST_F(CardFilesTest, create_never_overwrites_a_card) {
  create_card(file_, options(), ca_);
  const auto before = read_file(file_);
  EXPECT_THAT(error_of([&] { create_card(file_, options(), ca_); }), HasSubstr("is there already"));
  EXPECT_EQ(read_file(file_), before);
}

TEST_F(CardFilesTest, summary_tells_what_needs_no_pin) {
  const auto created = create_card(file_, options(), ca_);
  const auto summary = read_card_summary(file_);
  EXPECT_EQ(summary.application, "piv");
  EXPECT_EQ(summary.key, "p256");
  EXPECT_EQ(summary.upn, "alice@lab.test");
  EXPECT_EQ(summary.subject, "CN=Alice");
  EXPECT_EQ(summary.certificate_pem, created.certificate_pem);
  EXPECT_EQ(summary.issuer_pem, ca_.certificate_pem());
  EXPECT_EQ(summary.guid.size(), 32u);
  EXPECT_EQ(summary.pin_tries_left, 3);
  EXPECT_TRUE(summary.pin_is_initial);
}

TEST_F(CardFilesTest, summary_names_a_file_that_is_no_card) {
  EXPECT_THAT(error_of([&] { read_card_summary(file_); }), HasSubstr("alice.card"));
  write_file_atomically(file_, "{}");
  EXPECT_THAT(error_of([&] { read_card_summary(file_); }), HasSubstr("alice.card"));
}

TEST_F(CardFilesTest, serve_refuses_addresses_that_are_none) {
  create_card(file_, options(), ca_);
  const CancelToken cancel;
  for (const auto* where :
       {"", "vpcd:127.0.0.1:x", "vpcd:127.0.0.1:0", "vpcd:127.0.0.1:99999", "vpcd:host"}) {
    EXPECT_NE(error_of([&] { serve_card(file_, where, "", ca_, cancel); }), "no error") << where;
  }
  EXPECT_NE(error_of([&] { serve_card("/nowhere/x.card", "/tmp/x.sock", "", ca_, cancel); }), "no error");
}

TEST_F(CardFilesTest, create_fills_the_slots_it_is_told_with_certified_keys) {
  auto o = options();
  o.key = KeyKind::p384;
  o.slots = parse_slots("9a,9c,9d,9e,82");
  o.management_key = parse_management_key("000102030405060708090a0b0c0d0e0f");
  create_card(file_, o, ca_);
  const auto data = FileCardStore(file_).load();
  ASSERT_EQ(data.keys.size(), 5u);
  for (const auto& [reference, key] : data.keys) {
    EXPECT_EQ(key.kind(), KeyKind::p384);
    EXPECT_EQ(public_key_of_certificate(certificate_of(data, reference).value()), key.public_key_der());
  }
  EXPECT_EQ(data.management_key.value().algorithm, ManagementAlgorithm::aes128);
}

TEST_F(CardFilesTest, slots_are_keys_of_a_piv_card_and_9a_is_one_of_them) {
  EXPECT_EQ(parse_slots("9e,9a"), (std::vector<std::uint8_t>{0x9e, 0x9a}));
  for (const auto* text : {"", "9a,", "9b,9a", "80,9a", "9a,9", "9a 9c", "9a,96"})
    EXPECT_THAT(error_of([&] { parse_slots(text); }), HasSubstr("is not a key")) << text;
  EXPECT_THAT(error_of([] { parse_slots("9c"); }), HasSubstr("9a is missing"));
}

TEST_F(CardFilesTest, serve_refuses_a_card_that_is_served_somewhere_else_and_says_where) {
  create_card(file_, options(), ca_);
  CancelToken cancel;
  const auto socket = (folder_.path() / "c.sock").string();
  const Serving first(file_, socket, ca_, cancel);
  EXPECT_THAT(error_of([&] { serve_card(file_, "vpcd:", "", ca_, cancel); }),
              HasSubstr("served at " + socket));
}

TEST_F(CardFilesTest, serve_ends_when_it_is_cancelled) {
  create_card(file_, options(), ca_);
  CancelToken cancel;
  cancel.cancel();
  serve_card(file_, (folder_.path() / "c.sock").string(), "", ca_, cancel);
  EXPECT_FALSE(std::filesystem::exists(folder_.path() / "c.sock"));
}

}  // namespace
}  // namespace smx::vm
