#include "vm/reader/virtual_reader.h"

#include <gmock/gmock.h>

#include "harness/core/error.h"
#include "harness/core/files.h"
#include "tests/unit/reader/qemu_peer.h"
#include "vm/card/device/smart_card.h"
#include "vm/card/gids/gids_card.h"
#include "vm/lab/x509_text.h"
#include "vm/reader/card_files.h"

namespace smx::vm {
namespace {

using ::testing::HasSubstr;

std::string domain_having(const std::string& devices) {
  return "<domain><devices>" + devices + "</devices></domain>";
}
std::string smartcard(const std::filesystem::path& path) {
  return "<smartcard mode='passthrough' type='unix'><source mode='connect' path='" + path.string() +
         "'/><alias name='smartcard0'/></smartcard>";
}

class VirtualReaderTest : public ::testing::Test {
 protected:
  std::unique_ptr<ReaderSession> open(Card card = issued()) {
    return provider_.open(reader_, card, folder_.path());
  }
  static Card issued() {
    Card card;
    card.id = "piv";
    card.key = "p256";
    return card;
  }
  std::filesystem::path socket() const { return folder_.path() / "card.sock"; }

  const TempDir folder_{std::filesystem::temp_directory_path(), "reader-"};
  const TempDir files_{std::filesystem::temp_directory_path(), "cards-"};
  const LabCa ca_;
  const Reader reader_{"virtual", ReaderKind::virtual_reader, "piv"};
  VirtualReaderProvider provider_{ca_};
};

TEST_F(VirtualReaderTest, issues_a_card_for_the_session) {
  const auto session = open();
  const auto& credentials = session->credentials();
  EXPECT_EQ(credentials.pin.reveal().size(), 8u);
  EXPECT_EQ(credentials.puk.reveal().size(), 8u);
  EXPECT_EQ(credentials.management_key.reveal().size(), 48u);
  EXPECT_EQ(credentials.atr_hex, kDefaultAtr);
  const auto text = describe_certificate(der_of_certificate(credentials.certificate_pem));
  EXPECT_EQ(text.issuer, describe_certificate(ca_.certificate_der()).subject);
  MachineSpec spec;
  session->attach_to(spec);
  EXPECT_EQ(spec.card_socket, socket());
  EXPECT_FALSE(std::filesystem::exists(folder_.path() / "card.json")) << "kept in memory only";
}

TEST_F(VirtualReaderTest, proves_its_attachment_by_domain_and_connection) {
  const auto session = open();
  const Qemu qemu(socket());
  for (const auto& fact : session->attachment(domain_having(smartcard(socket())))) {
    EXPECT_TRUE(fact.agrees) << fact.name << ": " << fact.actual;
  }
}

TEST_F(VirtualReaderTest, does_not_prove_what_is_not_there) {
  const auto session = open();
  const Qemu qemu(socket());
  const auto device_fact = [&](const std::string& xml) { return session->attachment(xml).at(0); };
  EXPECT_EQ(device_fact(domain_having("")).actual, "none");
  EXPECT_FALSE(device_fact(domain_having("")).agrees);
  EXPECT_FALSE(device_fact(domain_having(smartcard("/other/card.sock"))).agrees);
  EXPECT_FALSE(device_fact(domain_having(smartcard(socket()) + smartcard(socket()))).agrees);
  EXPECT_FALSE(device_fact("<domain").agrees);
  EXPECT_FALSE(device_fact("").agrees);
  EXPECT_FALSE(device_fact(domain_having("<smartcard mode='host'/>")).agrees);
}

TEST_F(VirtualReaderTest, does_not_prove_a_connection_that_nobody_made) {
  VirtualReaderProvider impatient(ca_, {}, Milliseconds(0));
  const auto session = impatient.open(reader_, issued(), folder_.path());
  const auto facts = session->attachment(domain_having(smartcard(socket())));
  EXPECT_TRUE(facts.at(0).agrees);
  EXPECT_FALSE(facts.at(1).agrees);
  EXPECT_EQ(facts.at(1).actual, "not connected");
}

TEST_F(VirtualReaderTest, reports_the_card_itself) {
  const auto session = open();
  Qemu qemu(socket());
  EXPECT_EQ(qemu.verify(Secret("000000")), "63c2");
  EXPECT_EQ(session->state().pin_tries_left, 2);
  EXPECT_EQ(session->state().pin_tries_max, 3);
  EXPECT_EQ(qemu.transmit("0024008010" + hex(pad_reference(session->credentials().pin.reveal())) +
                          hex(pad_reference("55667788"))),
            "9000");
  EXPECT_FALSE(session->state().pin_is_initial);
  EXPECT_EQ(session->state().pin_changes, 1u);
  EXPECT_EQ(session->state().signatures, 0u);
  EXPECT_THAT(session->take_trace(), HasSubstr("CHANGE REFERENCE DATA PIN"));
}

TEST_F(VirtualReaderTest, restores_the_card_it_began_with_and_puts_it_back) {
  const auto session = open();
  Qemu qemu(socket());
  for (int i = 0; i < 3; ++i) qemu.verify(Secret("000000"));
  EXPECT_EQ(session->state().pin_blocks, 1u);
  session->remove_card();
  qemu.hear(VscType::card_remove);
  session->restore();
  EXPECT_EQ(qemu.hear(VscType::atr), kDefaultAtr);
  qemu.say(VscType::error, Bytes(4));
  EXPECT_EQ(session->state().pin_tries_left, 3);
  EXPECT_EQ(qemu.transmit("0020008000"), "63c3");
  EXPECT_EQ(qemu.verify(session->credentials().pin), "9000");
}

TEST_F(VirtualReaderTest, works_on_a_copy_of_a_card_file) {
  CreateCardOptions options;
  options.key = KeyKind::p256;
  options.management_key = parse_management_key("000102030405060708090a0b0c0d0e0f");  // AES
  const auto file = files_.path() / "alice.card";
  const auto created = create_card(file, options, ca_);
  const auto before = read_file(file);
  VirtualReaderProvider provider(ca_, {{"piv", {created.pin, created.puk}}});
  auto card = issued();
  card.file = file.string();
  const auto session = provider.open(reader_, card, folder_.path());
  EXPECT_EQ(session->credentials().pin.reveal(), created.pin.reveal());
  EXPECT_EQ(session->credentials().certificate_pem, created.certificate_pem);
  EXPECT_TRUE(session->credentials().management_key.empty()) << "agents manage cards by 3DES only";
  Qemu qemu(socket());
  EXPECT_EQ(qemu.verify(Secret("000000")), "63c2");
  EXPECT_EQ(read_file(file), before);
  EXPECT_EQ(read_card_summary(folder_.path() / "card.json").pin_tries_left, 2);
}

TEST_F(VirtualReaderTest, issues_gids_cards_too) {
  auto card = issued();
  card.application = CardApplication::gids;
  card.key = "rsa2048";
  const auto session = open(card);
  const auto& credentials = session->credentials();
  EXPECT_EQ(credentials.application, CardApplication::gids);
  EXPECT_EQ(credentials.admin_key.reveal().size(), 48u);
  EXPECT_TRUE(credentials.puk.empty());
  EXPECT_TRUE(credentials.management_key.empty());
  EXPECT_EQ(credentials.atr_hex, kGidsAtr);
  EXPECT_EQ(describe_certificate(der_of_certificate(credentials.certificate_pem)).issuer,
            describe_certificate(ca_.certificate_der()).subject);
  Qemu qemu(socket());
  EXPECT_EQ(qemu.transmit("00a4040009a00000030800001000"), "6a82") << "no PIV application";
  EXPECT_EQ(qemu.transmit("0020008008" + hex(as_bytes(credentials.pin.reveal()))), "9000");
  EXPECT_EQ(session->state().puk_tries_left, session->state().puk_tries_max);
}

TEST_F(VirtualReaderTest, refuses_what_it_cannot_open) {
  auto card = issued();
  card.file = (files_.path() / "none.card").string();
  EXPECT_THROW(open(card), Error);
  card = issued();
  card.key = "rsa1024";
  EXPECT_THROW(open(card), Error);
  card = issued();  // a P-256 key
  card.application = CardApplication::gids;
  EXPECT_THROW(open(card), Error);
  EXPECT_THROW(provider_.open({"usb", ReaderKind::usb_passthrough, "piv"}, issued(), folder_.path()), Error);
}

}  // namespace
}  // namespace smx::vm
