#include "vm/card/device/card_credentials.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace smx::vm {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<std::string> revealed(const std::vector<Secret>& secrets) {
  std::vector<std::string> all;
  for (const auto& secret : secrets) all.emplace_back(secret.reveal());
  return all;
}

TEST(CardCredentials, list_every_secret_of_a_card) {
  CardCredentials card;
  card.pin = Secret("pin");
  card.puk = Secret("puk");
  card.admin_key = Secret("admin-key");
  card.new_pin = Secret("new-pin");
  card.management_key = Secret("management-key");
  card.certificate_pem = "no secret";
  EXPECT_THAT(revealed(card.secrets()), ElementsAre("pin", "puk", "admin-key", "new-pin", "management-key"));
}

TEST(CardCredentials, leave_out_the_secrets_that_a_card_does_not_have) {
  CardCredentials card;
  EXPECT_THAT(card.secrets(), IsEmpty());
  card.puk = Secret("puk");
  EXPECT_THAT(revealed(card.secrets()), ElementsAre("puk"));
}

}  // namespace
}  // namespace smx::vm
