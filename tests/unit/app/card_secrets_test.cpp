#include "harness/app/card_secrets.h"

#include <gmock/gmock.h>

#include <cstdlib>

#include "harness/app/secret_input.h"
#include "harness/core/error.h"
#include "harness/core/files.h"

namespace smx::app {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class CardSecretsTest : public ::testing::Test {
 protected:
  CardSecretsTest() {
    Scenario scenario;
    scenario.id = "s";
    scenario.credentials = {"pin", "puk"};
    plan_.catalogue.scenarios = {scenario};
    plan_.matrix.cards = {Card{.id = "mine", .key = "rsa2048", .file = ""}};
    plan_.matrix.readers = {{"r", ReaderKind::pcsc_relay, "mine"}};
    plan_.cells = {{{"t", BootMode::normal, "r", "s"}, 1, "s", "", false}};
    plan_.groups = {{"t/normal/r", "t", StartState::unjoined, BootMode::normal, "r", {0}}};
    ::setenv("CARD_SECRETS_PIN", "24681357", 1);
  }
  ~CardSecretsTest() override {
    ::unsetenv("CARD_SECRETS_PIN");
    ::unsetenv("CREDENTIALS_DIRECTORY");
  }
  Card& card() { return plan_.matrix.cards[0]; }
  vm::SecretsByCard secrets(const std::string& pin = "") { return card_secrets(plan_, {pin, ""}, cancel_); }
  std::string error() {
    try {
      secrets();
      return "none";
    } catch (const Error& e) {
      EXPECT_EQ(e.kind(), ErrorKind::usage);
      return e.what();
    }
  }
  std::string write(const std::string& name, const std::string& text) const {
    write_file_atomically(dir_.path() / name, text);
    return (dir_.path() / name).string();
  }

  Plan plan_;
  CancelToken cancel_;
  const TempDir dir_{"/tmp", "cs"};
};

TEST_F(CardSecretsTest, come_from_a_variable_a_file_or_a_credential) {
  card().pin = {"env", "CARD_SECRETS_PIN"};
  EXPECT_EQ(secrets()["mine"].pin.reveal(), "24681357");
  card().pin = {"file", write("pin", "13572468\nsecond line")};
  EXPECT_EQ(secrets()["mine"].pin.reveal(), "13572468");
  ::setenv("CREDENTIALS_DIRECTORY", dir_.path().c_str(), 1);
  card().pin = {"credential", "pin"};
  EXPECT_EQ(secrets()["mine"].pin.reveal(), "13572468");
}

TEST_F(CardSecretsTest, that_are_not_there_are_told_of_by_their_place) {
  card().pin = {"env", "CARD_SECRETS_NONE"};
  EXPECT_THAT(error(), HasSubstr("CARD_SECRETS_NONE"));
  EXPECT_THAT(error(), HasSubstr("PIN of card \"mine\""));
  card().pin = {"credential", "pin"};
  EXPECT_THAT(error(), HasSubstr("CREDENTIALS_DIRECTORY"));
  ::setenv("CREDENTIALS_DIRECTORY", dir_.path().c_str(), 1);
  for (const auto* name : {"../pin", ".pin", "a/b"}) {
    card().pin = {"credential", name};
    EXPECT_THAT(error(), HasSubstr("not a name of a credential"));
  }
  card().pin = {"file", write("empty", "\n")};
  EXPECT_THAT(error(), HasSubstr("is empty"));
}

TEST_F(CardSecretsTest, that_a_cell_needs_are_asked_for_before_anything_boots) {
  EXPECT_THAT(error(), HasSubstr("t/normal/r/s needs the PIN of the card mine"));
}

TEST_F(CardSecretsTest, need_no_puk_for_a_real_card_that_may_not_be_blocked) {
  card().pin = {"env", "CARD_SECRETS_PIN"};
  EXPECT_EQ(error(), "none");
  card().allow_blocking = true;
  EXPECT_THAT(error(), HasSubstr("needs the PUK of the card mine"));
}

TEST_F(CardSecretsTest, are_not_asked_for_where_a_passed_through_card_is_refused_anyhow) {
  plan_.matrix.readers[0].kind = ReaderKind::usb_passthrough;
  EXPECT_THAT(error(), HasSubstr("needs the PIN of the card mine"));
  plan_.catalogue.scenarios[0].changes = Changes::card;
  EXPECT_EQ(error(), "none");
}

TEST_F(CardSecretsTest, of_a_gids_card_have_an_administrators_key_for_a_puk) {
  plan_.matrix.readers[0].kind = ReaderKind::virtual_reader;
  card().file = "card.json";
  card().application = CardApplication::gids;
  EXPECT_THAT(error(), HasSubstr("--card-pin"));
  card().pin = {"env", "CARD_SECRETS_PIN"};
  EXPECT_THAT(error(), HasSubstr("--card-admin-key"));
  card().puk = {"file", write("key", "0123456789abcdef23456789abcdef01456789abcdef0123")};
  EXPECT_EQ(secrets()["mine"].admin_key.reveal().size(), 48u);
  EXPECT_TRUE(secrets()["mine"].puk.empty());
}

TEST_F(CardSecretsTest, of_a_real_card_are_what_a_card_can_have_and_stay_untold) {
  card().pin = {"file", write("pin", "12345")};
  EXPECT_THAT(error(), HasSubstr("does not have 6 to 8 characters"));
  card().pin = {"file", write("pin", "abcdefgh")};
  EXPECT_THAT(error(), HasSubstr("is not all digits"));
  EXPECT_THAT(error(), Not(HasSubstr("abcdefgh")));
}

TEST_F(CardSecretsTest, of_the_command_line_are_for_card_files_only) {
  EXPECT_THROW(secrets("env:CARD_SECRETS_PIN"), Error);
  plan_.matrix.readers[0].kind = ReaderKind::virtual_reader;
  card().file = "card.json";
  plan_.catalogue.scenarios[0].credentials = {"pin"};
  EXPECT_EQ(secrets("env:CARD_SECRETS_PIN")["mine"].pin.reveal(), "24681357");
  EXPECT_THAT(error(), HasSubstr("--card-pin"));
  card().pin = {"file", write("pin", "13572468")};
  EXPECT_EQ(secrets("env:CARD_SECRETS_PIN")["mine"].pin.reveal(), "13572468") << "the matrix comes first";
}

}  // namespace
}  // namespace smx::app
