// Who must not log on: the lab's KDC, its web server and its authority, asked by the agent's scenarios from a
// real guest, with cards that are not good for it.

#include "harness/core/process.h"
#include "tests/system/guest_with_card.h"
#include "vm/card/device/card_contents.h"
#include "vm/lab/loopback_lab.h"

namespace smx::vm {
namespace {

constexpr const char* kWrongPin = "11111111";

class LabInGuest : public GuestWithCard {
 protected:
  void SetUp() override {
    for (const auto* program : {"krb5kdc", "kadmin.local"})
      if (!find_program(program)) GTEST_SKIP() << program << " is not installed";
    lab_.emplace(folder_.path() / "lab", ca_, cancel_);
    GuestWithCard::SetUp();
  }
  nlohmann::json lab() override {
    if (lab_) described_ = lab_->describe(cancel_);
    return to_json(described_);
  }
  std::size_t let_in(const std::string& path) {
    std::size_t count = 0;
    for (const auto& seen : lab_->web().log_for("/" + std::string(kNonce) + path))
      if (!seen.user.empty()) ++count;
    return count;
  }

  std::optional<LoopbackLab> lab_;
  LabDescription described_;
};

TEST_F(LabInGuest, gives_a_ticket_to_the_card_s_holder_and_to_nobody_else) {
  EXPECT_EQ(verdict("domain-logon"), "passed");
  EXPECT_EQ(let_in("-logon"), 1u);
  EXPECT_EQ(verdict("network-resource-credui"), "passed");
  EXPECT_EQ(let_in("-resource"), 1u);
  EXPECT_EQ(card_.status().pin.tries_left, 3) << "neither spends a try";
  expect_nothing_left();

  EXPECT_EQ(verdict("domain-logon", kWrongPin), "ticket-obtained failed pkcs11-login-failed");
  EXPECT_EQ(card_.status().pin.tries_left, 2) << "a wrong PIN is tried once";
  EXPECT_EQ(verdict("network-resource-credui", kWrongPin), "ticket-obtained failed pkcs11-login-failed");
  EXPECT_EQ(card_.status().pin.tries_left, 1) << "a wrong PIN is tried once";

  for (const auto& [flaw, cause] : {std::pair{FaultKind::expired_certificate, "certificate-expired"},
                                    std::pair{FaultKind::untrusted_certificate, "certificate-not-trusted"},
                                    std::pair{FaultKind::revoked_certificate, "certificate-revoked"}}) {
    insert_flawed(flaw);
    EXPECT_EQ(verdict("domain-logon"), std::string("ticket-obtained failed ") + cause);
    EXPECT_EQ(verdict("network-resource-credui"), std::string("ticket-obtained failed ") + cause);
  }
  insert(card_of({"Other", "other@LAB.TEST"}, ca_));
  EXPECT_EQ(verdict("domain-logon"), "ticket-obtained failed other-users-certificate");
  EXPECT_EQ(verdict("smart-card-enrollment"), "ticket-obtained failed other-users-certificate");
  EXPECT_EQ(card_.status().counters.keys_made, 0u) << "and the card was not touched";

  insert(good_);
  server_.set_inserted(false);
  EXPECT_EQ(verdict("domain-logon"), "ticket-obtained failed no-card");
  server_.set_inserted(true);
  EXPECT_EQ(let_in("-logon") + let_in("-resource"), 2u) << "only the two right logons were granted";
  expect_nothing_left();

  lab_.reset();
  EXPECT_EQ(verdict("domain-logon"), "ticket-obtained failed no-kdc");
}

TEST_F(LabInGuest, certifies_the_card_s_new_key_for_nobody_but_its_holder) {
  // Without the administrator's key the card makes none.
  const auto other_key = std::string(48, '0');
  auto with_other_key = input(kPin, "main");
  with_other_key["credentials"]["management_key"] = other_key;
  const auto end = run(agent("smart-card-enrollment"), with_other_key.dump());
  EXPECT_THAT(end.out, testing::HasSubstr(R"("cause":"wrong-status","id":"key-generated")"));
  EXPECT_EQ(card_.status().counters.keys_made, 0u);
  EXPECT_EQ(verdict("smart-card-enrollment", kWrongPin), "ticket-obtained failed pkcs11-login-failed");
  EXPECT_EQ(card_.status().counters.keys_made, 0u);

  EXPECT_EQ(verdict("smart-card-enrollment"), "passed");
  EXPECT_EQ(card_.status().counters.keys_made, 1u);
  EXPECT_EQ(let_in("-enrolled"), 1u);
  const auto issued = authentication_certificate(card_.data());
  ASSERT_TRUE(issued);
  EXPECT_NE(*issued, *authentication_certificate(good_));
  EXPECT_EQ(verdict("domain-logon"), "passed") << "with the card as it is now";
  expect_nothing_left();
}

TEST_F(LabInGuest, lets_those_log_on_without_it_who_logged_on_before) {
  EXPECT_EQ(verdict("cached-logon", kPin, "online"), "passed");
  EXPECT_EQ(verdict("cached-logon", kPin, "offline"), "domain-out-of-reach failed network-not-cut");
  machine_->set_network(false);
  EXPECT_EQ(verdict("cached-logon", kPin, "offline"), "passed");
  EXPECT_EQ(verdict("cached-logon", kWrongPin, "offline"), "logged-on-offline failed pkcs11-login-failed");
  EXPECT_EQ(card_.status().pin.tries_left, 2) << "a wrong PIN is tried once";
  insert(card_of({"Other", "other@LAB.TEST"}, ca_));
  EXPECT_EQ(verdict("cached-logon", kPin, "offline"), "logged-on-offline failed never-logged-on")
      << "another card than the one that was seen";
  insert(card_of({}, ca_));
  EXPECT_EQ(verdict("cached-logon", kPin, "offline"), "logged-on-offline failed never-logged-on")
      << "the holder's own, but a new one";
  insert(good_);
  ca_.revoke(*authentication_certificate(good_));
  EXPECT_EQ(verdict("cached-logon", kPin, "offline"), "logged-on-offline failed certificate-revoked");
  server_.set_inserted(false);
  EXPECT_EQ(verdict("cached-logon", kPin, "offline"), "stranger-refused failed no-card");

  time_limit_ = 3000;
  EXPECT_EQ(verdict("cached-logon", kPin, "restored"), "domain-in-reach-again failed no-network");
  time_limit_ = 60000;
  machine_->set_network(true);
  EXPECT_EQ(verdict("cached-logon", kPin, "restored"), "passed");
  EXPECT_EQ(verdict("cached-logon", kPin, "online"), "logged-on-online failed no-card");
  server_.set_inserted(true);
  EXPECT_EQ(verdict("cached-logon", kPin, "offline"), "domain-out-of-reach blocked earlier-check");
  EXPECT_EQ(card_.status().pin.tries_left, 3) << "no PIN was asked for any more";
  expect_nothing_left();
}

}  // namespace
}  // namespace smx::vm
