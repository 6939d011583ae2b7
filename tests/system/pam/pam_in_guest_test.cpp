// Who must not get in: PAM's services of the reference guest, asked by the agent's scenarios in a real guest,
// with cards that are not good for it.

#include "tests/system/guest_with_card.h"

namespace smx::vm {
namespace {

class PamInGuest : public GuestWithCard {
 protected:
  nlohmann::json lab() override {
    const nlohmann::json unreachable{{"host", "10.0.2.2"}, {"port", 9}, {"name", "nobody.lab.test"}};
    return {{"realm", "LAB.TEST"},
            {"domain", "lab.test"},
            {"user", user_},
            {"other_user", user_ == "user" ? "other" : "user"},
            {"ca_pem", ca_.chain_pem()},
            {"crl_pem", ca_.revocation_lists_pem()},
            {"kdc", unreachable},
            {"web", unreachable}};
  }

  std::string user_ = "user";
};

TEST_F(PamInGuest, lets_in_the_card_s_holder_and_nobody_else) {
  EXPECT_EQ(verdict("unlock-workstation"), "passed");
  EXPECT_EQ(verdict("user-account-control"), "passed");
  EXPECT_EQ(card_.status().pin.tries_left, 3) << "neither spends a try";
  expect_nothing_left();

  EXPECT_EQ(verdict("unlock-workstation", "11111111"), "unlocked-by-card failed pkcs11-login-failed");
  EXPECT_EQ(card_.status().pin.tries_left, 2) << "a wrong PIN is tried once";
  EXPECT_EQ(verdict("user-account-control", "11111111"), "elevated-by-card failed pkcs11-login-failed");
  EXPECT_EQ(card_.status().pin.tries_left, 1) << "a wrong PIN is tried once";

  for (const auto& [flaw, cause] : {std::pair{FaultKind::expired_certificate, "certificate-expired"},
                                    std::pair{FaultKind::untrusted_certificate, "certificate-not-trusted"},
                                    std::pair{FaultKind::revoked_certificate, "certificate-revoked"}}) {
    insert_flawed(flaw);
    EXPECT_EQ(verdict("unlock-workstation"), std::string("unlocked-by-card failed ") + cause);
  }
  EXPECT_EQ(verdict("user-account-control"), "elevated-by-card failed certificate-revoked");

  // A good card of somebody who has an account, and no right.
  insert(card_of({"Other", "other@LAB.TEST"}, ca_));
  EXPECT_EQ(verdict("unlock-workstation"), "unlocked-by-card failed other-user");
  EXPECT_EQ(verdict("user-account-control"), "elevated-by-card failed other-user");
  user_ = "other";
  EXPECT_EQ(verdict("user-account-control"), "elevated-by-card failed no-right");
  user_ = "user";
  // The same name in another realm is somebody else.
  insert(card_of({"User", "user@ELSEWHERE.TEST"}, ca_));
  EXPECT_EQ(verdict("unlock-workstation"), "unlocked-by-card failed other-user");

  server_.set_inserted(false);
  EXPECT_EQ(verdict("unlock-workstation"), "refused-without-pin failed no-card");
  expect_nothing_left();
}

}  // namespace
}  // namespace smx::vm
