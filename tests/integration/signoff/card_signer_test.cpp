// The signer's own smart card: this project's PIV card behind a private pcscd, and OpenSC.

#include "harness/core/clock.h"
#include "harness/core/error.h"
#include "harness/signing/token_signer.h"
#include "harness/signing/verify.h"
#include "tests/integration/card/opensc_fixture.h"

namespace smx::vm {
namespace {

using ::testing::HasSubstr;

/// The objects of OpenSC's numbering: 01 to 03 are the slots 9A, 9C and 9D.
class CardSigner : public OpenScFixture {
 protected:
  void SetUp() override {
    OpenScFixture::SetUp();
    if (!IsSkipped() && !signing::find_opensc_module()) GTEST_SKIP() << "opensc-pkcs11 is not installed";
  }
  CreateCardOptions options() const override {
    auto options = OpenScFixture::options();
    options.slots = {0x9a, 0x9c, 0x9d};
    return options;
  }
  std::unique_ptr<signing::Signer> open(const std::string& id, std::string_view pin = kPin) {
    signing::TokenOptions options;
    options.module = signing::find_opensc_module().value();
    options.which = signing::parse_token_uri("pkcs11:id=%" + id);
    options.pin = [this, pin] {
      ++asked_;
      return Secret(std::string(pin));
    };
    options.note = [this](const std::string& text) { notes_ += text + "\n"; };
    return signing::token_signer(options, SystemClock().now());
  }
  std::string refused(const std::string& id, std::string_view pin = kPin) {
    try {
      open(id, pin);
    } catch (const Error& e) {
      EXPECT_EQ(e.kind(), ErrorKind::usage) << e.what();
      return e.what();
    }
    ADD_FAILURE() << "it was not refused";
    return "";
  }
  int tries_left() { return card_->data().pin.tries_left; }

  int asked_ = 0;
  std::string notes_;
};

INSTANTIATE_TEST_SUITE_P(Keys, CardSigner, ::testing::Values(KeyKind::rsa2048, KeyKind::p256), name_of_kind);

TEST_P(CardSigner, signs_with_the_key_of_authentication_and_with_that_which_wants_its_pin_each_time) {
  for (const auto* id : {"01", "02"}) {
    const auto signer = open(id);
    for (const auto* content : {"first", "second"}) {
      const auto result =
          signing::verify_detached(content, signer->sign_detached(content), signer->identity());
      EXPECT_TRUE(result.valid) << id << ": " << result.why;
    }
  }
  EXPECT_EQ(asked_, 2) << "a person is asked once for each signer";
  EXPECT_EQ(tries_left(), 3);
}

TEST_P(CardSigner, presents_nothing_for_a_key_that_is_not_for_signing) {
  EXPECT_THAT(refused("03"), HasSubstr("not for signing"));
  EXPECT_EQ(asked_, 0);
}

TEST_P(CardSigner, never_presents_the_last_try) {
  // OpenSC tells of this card's tries only when one is left.
  EXPECT_THAT(refused("01", "11111111"), HasSubstr("did not take the PIN"));
  EXPECT_EQ(tries_left(), 2);
  EXPECT_THAT(refused("01", "11111111"), HasSubstr("one try is left"));
  EXPECT_EQ(tries_left(), 1);
  EXPECT_EQ(asked_, 2);
  EXPECT_THAT(refused("01"), HasSubstr("none is presented"));
  EXPECT_EQ(tries_left(), 1) << "not even the right one";
  EXPECT_EQ(asked_, 2) << "nor was anybody asked";
}

}  // namespace
}  // namespace smx::vm
