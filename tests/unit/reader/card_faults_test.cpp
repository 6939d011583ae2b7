#include <gmock/gmock.h>

#include "harness/core/error.h"
#include "harness/core/files.h"
#include "tests/unit/reader/qemu_peer.h"
#include "vm/card/iso7816/tlv.h"
#include "vm/card/memory/card_data.h"
#include "vm/card/piv/piv_objects.h"
#include "vm/lab/x509_text.h"
#include "vm/reader/virtual_reader.h"

namespace smx::vm {
namespace {

using ::testing::HasSubstr;

class CardFaultsTest : public ::testing::Test {
 protected:
  CardFaultsTest() {
    Card card;
    card.id = "piv";
    card.key = "p256";
    session_ =
        VirtualReaderProvider(ca_).open({"virtual", ReaderKind::virtual_reader, "piv"}, card, folder_.path());
    qemu_.emplace(folder_.path() / "card.sock");
  }
  void accept() { qemu_->say(VscType::error, Bytes(4)); }
  void send(std::string_view command) { qemu_->say(VscType::apdu, parse_hex(command).value()); }
  /// The certificate of key 9A as the guest reads it.
  Bytes certificate() {
    auto answer = qemu_->transmit("00cb3fff055c035fc10500");
    Bytes object;
    while (answer.compare(answer.size() - 4, 2, "61") == 0) {
      append(object, parse_hex(answer.substr(0, answer.size() - 4)).value());
      answer = qemu_->transmit("00c0000000");
    }
    append(object, parse_hex(answer.substr(0, answer.size() - 4)).value());
    return piv::certificate_in(find_tlv(object, 0x53).value()).value();
  }

  const TempDir folder_{std::filesystem::temp_directory_path(), "faults-"};
  const LabCa ca_;
  std::unique_ptr<ReaderSession> session_;
  std::optional<Qemu> qemu_;
};

TEST_F(CardFaultsTest, take_the_card_out_in_the_middle_of_a_command) {
  session_->set_fault("removal");
  send("0020008000");
  EXPECT_EQ(qemu_->hear(VscType::card_remove), "");
  accept();
  session_->restore();
  EXPECT_EQ(qemu_->hear(VscType::atr), kDefaultAtr);
  accept();
  EXPECT_EQ(qemu_->transmit("0020008000"), "63c3");
}

TEST_F(CardFaultsTest, take_the_reader_away_and_bring_it_back) {
  session_->set_fault("reader-removal");
  qemu_->hear(VscType::reader_remove);
  accept();
  EXPECT_FALSE(session_->attachment("<domain/>").at(1).agrees);
  session_->restore();
  qemu_->hear(VscType::reader_add);
  accept();
  EXPECT_EQ(qemu_->hear(VscType::atr), kDefaultAtr);
  accept();
  EXPECT_EQ(qemu_->transmit("0020008000"), "63c3");
}

TEST_F(CardFaultsTest, put_a_card_with_another_atr_in) {
  session_->set_fault("wrong-atr");
  qemu_->hear(VscType::card_remove);
  accept();
  EXPECT_NE(qemu_->hear(VscType::atr), kDefaultAtr);
  accept();
  EXPECT_EQ(session_->credentials().atr_hex, kDefaultAtr) << "what the controller expects stays what it was";
}

TEST_F(CardFaultsTest, end_with_none) {
  session_->set_fault("garbled-status");
  EXPECT_EQ(qemu_->transmit("0020008000"), "0000");
  session_->set_fault("none");
  EXPECT_EQ(qemu_->transmit("0020008000"), "63c3");
}

TEST_F(CardFaultsTest, leave_a_dead_card_that_can_be_put_right) {
  session_->set_fault("dead");
  send("0020008000");
  session_->restore();
  // The card lost power by it, and its guest the answer.
  EXPECT_EQ(qemu_->transmit("0020008000"), "63c3");
}

TEST_F(CardFaultsTest, give_the_card_another_certificate_until_it_is_restored) {
  const auto good = describe_certificate(certificate());
  session_->set_fault("revoked-certificate");
  const auto flawed = describe_certificate(certificate());
  EXPECT_NE(flawed.serial, good.serial);
  EXPECT_TRUE(ca_.is_revoked(flawed.serial));
  EXPECT_EQ(flawed.upn, good.upn);
  session_->restore();
  EXPECT_EQ(describe_certificate(certificate()).serial, good.serial);
}

TEST_F(CardFaultsTest, are_in_the_trace) {
  session_->set_fault("full");
  EXPECT_THAT(session_->take_trace(), HasSubstr("fault: full"));
}

TEST_F(CardFaultsTest, are_refused_with_the_list_of_those_there_are) {
  try {
    session_->set_fault("broken");
    ADD_FAILURE() << "not refused";
  } catch (const Error& e) {
    EXPECT_EQ(e.kind(), ErrorKind::usage);
    EXPECT_THAT(e.what(), testing::AllOf(HasSubstr("\"broken\""), HasSubstr("reader-removal")));
  }
}

}  // namespace
}  // namespace smx::vm
