#include "scenarios/verify/certificates.h"
#include "tests/unit/run/engine_fixture.h"
#include "tests/unit/spec/corp_authority.h"

// What the controller knows of target and card reaches those who judge the agent's excuses.

namespace smx::run {
namespace {

class ExcusesTest : public EngineTest {
 protected:
  /// Scenario "b" has this check of the agent's, not applicable for `cause`, and the controller's own last.
  void prepare(const std::string& check, const std::string& cause, const std::string& verifier,
               const std::vector<std::string>& by_controller) {
    auto& scenario = record.plan.catalogue.scenarios[1];
    scenario.checks = {check};
    scenario.checks.insert(scenario.checks.end(), by_controller.begin(), by_controller.end());
    scenario.verify = {verifier};
    director = [this, check, cause](const vm::MachineSpec& spec) {
      auto script = good(spec);
      script.handlers["b"] = [this, check, cause](const vm::GuestCommand& command, vm::FakeGuest&) {
        const std::string nonce = nlohmann::json::parse(command.input).at("nonce");
        services.log["/" + nonce + "-tls12"] = {{"TLSv1.2", true, card_sha256_, "token"}};
        vm::GuestResult r;
        r.out = fake::result(
            command,
            {{{"id", check}, {"outcome", "not-applicable"}, {"cause", cause}, {"message", "because"}}},
            {{"tls12", {{"token", "token"}}}});
        return r;
      };
      return script;
    };
  }

  const std::string card_sha256_ = verify::certificate_sha256(spec::kCorpRoot);
};

TEST_F(ExcusesTest, tls_1_3_is_asked_of_every_target_that_is_not_known_to_lack_it) {
  readers.certificate_pem = spec::kCorpRoot;
  prepare("tls13-authenticated", "no-tls13", "tls-server-log", {"server-saw-card-certificate"});
  run();
  EXPECT_EQ(last(BootMode::normal, "b").outcome, Outcome::failed);
  EXPECT_EQ(last(BootMode::normal, "b").cause, "server-saw-nothing");
}

TEST_F(ExcusesTest, tls_1_3_is_not_asked_of_a_target_that_is_known_to_lack_it) {
  readers.certificate_pem = spec::kCorpRoot;
  target.without_tls13 = true;
  prepare("tls13-authenticated", "no-tls13", "tls-server-log", {"server-saw-card-certificate"});
  run();
  EXPECT_EQ(last(BootMode::normal, "b").outcome, Outcome::passed) << last(BootMode::normal, "b").message;
}

TEST_F(ExcusesTest, a_card_that_cannot_be_written_makes_its_row_not_applicable) {
  prepare("pin-changed", "read-only-card", "card-restored", {"card-restored", "card-saw-change-and-block"});
  run();
  EXPECT_EQ(last(BootMode::normal, "b").outcome, Outcome::not_applicable);
  EXPECT_EQ(last(BootMode::normal, "b").cause, "read-only-card");
}

}  // namespace
}  // namespace smx::run
