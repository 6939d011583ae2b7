#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <optional>

#include "harness/core/files.h"
#include "harness/core/text.h"
#include "scenarios/agent/core/agent.h"
#include "scenarios/agent/linux/linux_platform.h"
#include "scenarios/verify/verify.h"
#include "tests/integration/card/pcscd_sandbox.h"
#include "tests/issued_card.h"
#include "vm/card/device/card_contents.h"
#include "vm/card/device/smart_card.h"
#include "vm/lab/tls_server.h"
#include "vm/lab/x509_text.h"
#include "vm/reader/card_files.h"

// The agent's scenarios against the project's card, through this host's pcscd, OpenSC and openssl: everything
// but the guest and its emulated reader.

namespace smx {
namespace {

using nlohmann::json;

constexpr const char* kNonce = "0123456789abcdef0123456789abcdef";
constexpr const char* kPin = "24681357";
constexpr const char* kPuk = "86427531";
constexpr const char* kAdminKey = "0123456789abcdef23456789abcdef01456789abcdef0123";

struct KindOfCard {
  const char* name;
  CardApplication application;
  vm::KeyKind key;
  bool tls13;  ///< OpenSC makes no RSA-PSS signatures with GIDS cards
};

class AgentOnHost : public testing::TestWithParam<KindOfCard> {
 protected:
  void SetUp() override {
    const auto reason = vm::PcscdSandbox::enter();
    if (!reason.empty()) GTEST_SKIP() << reason;
    ca_.emplace();
    vm::CreateCardOptions options;
    options.key = GetParam().key;
    options.application = GetParam().application;
    options.admin_key = Secret(kAdminKey);
    card_.emplace(
        std::make_unique<vm::MemoryCardStore>(vm::issue_card(Secret(kPin), Secret(kPuk), options, *ca_)));
    pcscd_.emplace();
    inserted_.emplace(*card_);
    paths_.run = run_.path();
    paths_.svc = run_.path() / "svc";
    std::ofstream(paths_.svc) << "#!/bin/sh\nexit 0\n";
    ::chmod(paths_.svc.c_str(), 0755);
    credentials_.pin = Secret(kPin);
    credentials_.puk = Secret(kPuk);
    credentials_.admin_key = Secret(kAdminKey);
    credentials_.certificate_pem =
        vm::pem_of_certificate(vm::authentication_certificate(card_->data()).value());
    credentials_.atr_hex = hex(card_->atr());
    credentials_.application = GetParam().application;
  }

  void TearDown() override { inserted_.reset(); }

  json run(const std::string& scenario, const std::string& phase = "main", const char* pin = kPin) {
    json input = {{"format", 1},
                  {"nonce", kNonce},
                  {"phase", phase},
                  {"time_limit_ms", 30000},
                  {"credentials", {{"pin", pin}, {"puk", kPuk}, {"admin_key", kAdminKey}}},
                  {"card",
                   {{"application", name(GetParam().application)},
                    {"atr", credentials_.atr_hex},
                    {"certificate_pem", credentials_.certificate_pem}}}};
    if (server_)
      input["services"]["tls-server"] = {{"host", "127.0.0.1"},
                                         {"port", server_->port()},
                                         {"name", server_->name()},
                                         {"ca_pem", server_->ca_pem()}};
    agent::LinuxPlatform platform(paths_);
    const auto end = agent::run_agent(
        {"run", scenario}, [&] { return input.dump(); }, agent::scenarios(), platform);
    EXPECT_EQ(end.exit_code, 0) << end.err;
    for (const auto* secret : {kPin, kAdminKey})
      EXPECT_EQ(end.out.find(secret), std::string::npos) << "a secret is in the result";
    return json::parse(end.out);
  }

  static std::map<std::string, std::string> outcomes(const json& result) {
    std::map<std::string, std::string> all;
    for (const auto& check : result["checks"])
      all[check["id"]] = check["outcome"].get<std::string>() +
                         (check["cause"] == "" ? "" : " " + check["cause"].get<std::string>());
    return all;
  }
  static void expect_all_passed(const json& result) {
    for (const auto& [id, outcome] : outcomes(result)) EXPECT_EQ(outcome, "passed") << id << result.dump(1);
    EXPECT_FALSE(result["checks"].empty());
  }

  vm::CardState state() const {
    const auto s = card_->status();
    return {s.pin.tries_left,       s.pin.max_tries,       s.puk.tries_left,
            s.puk.max_tries,        s.pin.is_initial,      s.puk.is_initial,
            s.counters.pin_changes, s.counters.pin_blocks, s.counters.signatures};
  }
  void expect_verified(const std::string& verifier, const json& result, const vm::CardState& before) {
    const verify::VerifyContext context{
        kNonce,
        credentials_,
        before,
        state(),
        [this](const std::string& path) {
          std::vector<verify::TlsSeen> seen;
          for (const auto& e : server_->log_for(path))
            seen.push_back({e.tls_version, e.handshake_succeeded, e.client_certificate_sha256, e.token});
          return seen;
        },
        GetParam().tls13 ? std::vector<Check>{}
                         : std::vector<Check>{
                               {"tls13-authenticated", Outcome::not_applicable, "no-rsa-pss", "", "agent"}}};
    for (const auto& check : verify::verify(verifier, {{"main", result["details"]}}, context))
      EXPECT_EQ(check.outcome, Outcome::passed) << check.id << ": " << check.message;
  }

  TempDir run_{std::filesystem::temp_directory_path(), "agent-test-"};
  std::optional<vm::LabCa> ca_;
  std::optional<vm::TlsServer> server_;
  std::optional<vm::SmartCard> card_;
  std::optional<vm::PcscdSandbox> pcscd_;
  std::optional<vm::CardInHostReader> inserted_;
  agent::LinuxPaths paths_;
  vm::CardCredentials credentials_;
};

TEST_P(AgentOnHost, manages_the_pin_and_puts_it_back) {
  const auto before = state();
  const auto result = run("pin-management");
  expect_all_passed(result);
  expect_verified("card-restored", result, before);
}

TEST_P(AgentOnHost, sees_the_card_come_and_go) {
  auto seen = outcomes(run("device-management", "present"));
  EXPECT_EQ(seen["reader-present"], "passed");
  EXPECT_EQ(seen["card-present"], "passed");
  EXPECT_EQ(seen["card-driver"], "not-applicable no-card-drivers");
  inserted_.reset();
  EXPECT_EQ(outcomes(run("device-management", "removed"))["removal-seen"], "passed");
  inserted_.emplace(*card_);
  EXPECT_EQ(outcomes(run("device-management", "inserted"))["insertion-seen"], "passed");
}

TEST_P(AgentOnHost, has_the_card_sign_through_opensc) {
  const auto before = state();
  const auto result = run("certutil-scinfo");
  expect_all_passed(result);
  expect_verified("signature", result, before);
}

TEST_P(AgentOnHost, authenticates_to_a_tls_server_by_both_versions_if_the_card_can) {
  server_.emplace(*ca_, "tls.lab.test");
  const auto before = state();
  const auto result = run("ssl-client-authentication");
  auto seen = outcomes(result);
  EXPECT_EQ(seen["tls12-authenticated"], "passed") << result.dump(1);
  EXPECT_EQ(seen["tls13-authenticated"], GetParam().tls13 ? "passed" : "not-applicable no-rsa-pss");
  ASSERT_TRUE(server_->wait_for_log(GetParam().tls13 ? 2 : 1, Milliseconds(10000)));
  expect_verified("tls-server-log", result, before);
}

TEST_P(AgentOnHost, trusts_no_server_of_another_authority) {
  const vm::LabCa other("another root");
  server_.emplace(other, "tls.lab.test");
  const vm::TlsServer ours(*ca_, "tls.lab.test");
  // The server's certificate is checked against what the controller gave, which is not its own root.
  agent::LinuxPlatform platform(paths_);
  const json input = {{"format", 1},
                      {"nonce", kNonce},
                      {"credentials", {{"pin", kPin}}},
                      {"card", {{"application", name(GetParam().application)}}},
                      {"services",
                       {{"tls-server",
                         {{"host", "127.0.0.1"},
                          {"port", server_->port()},
                          {"name", "tls.lab.test"},
                          {"ca_pem", ours.ca_pem()}}}}}};
  const auto end = agent::run_agent(
      {"run", "ssl-client-authentication"}, [&] { return input.dump(); }, agent::scenarios(), platform);
  auto seen = outcomes(json::parse(end.out));
  EXPECT_EQ(seen["tls12-authenticated"], "failed server-not-trusted");
  EXPECT_EQ(seen["tls13-authenticated"],
            GetParam().tls13 ? "failed server-not-trusted" : "not-applicable no-rsa-pss");
}

TEST_P(AgentOnHost, spends_one_try_of_a_wrong_pin_on_tls_and_stops) {
  server_.emplace(*ca_, "tls.lab.test");
  auto seen = outcomes(run("ssl-client-authentication", "main", "99999999"));
  EXPECT_EQ(seen["tls12-authenticated"], "failed pkcs11-login-failed");
  EXPECT_EQ(seen["tls13-authenticated"],
            GetParam().tls13 ? "blocked earlier-check" : "not-applicable no-rsa-pss");
  EXPECT_GE(state().pin_tries_left, state().pin_tries_max - 2);
}

TEST_P(AgentOnHost, says_that_a_reader_without_features_has_no_pin_pad) {
  auto seen = outcomes(run("external-pin-entry"));
  EXPECT_EQ(seen["reader-features-read"], "passed");
  EXPECT_EQ(seen["pin-pad-used"], "not-applicable no-pin-pad");
}

TEST_P(AgentOnHost, says_that_there_is_no_card) {
  inserted_.reset();
  for (const auto* scenario : {"pin-management", "external-pin-entry"})
    EXPECT_EQ(run(scenario)["checks"][0]["cause"], "no-card") << scenario;
  EXPECT_EQ(outcomes(run("certutil-scinfo"))["reader-listed"], "passed");
}

TEST_P(AgentOnHost, asks_for_a_service_that_does_not_run) {
  inserted_.reset();
  pcscd_.reset();
  EXPECT_EQ(run("pin-management")["checks"][0]["cause"], "no-smart-card-service");
  std::ofstream(paths_.svc) << "#!/bin/sh\nexit 84\n";
  const auto refused = run("certutil-scinfo");
  for (const auto& check : refused.at("checks")) EXPECT_EQ(check["cause"], "not-in-safeboot");
}

INSTANTIATE_TEST_SUITE_P(
    Card, AgentOnHost,
    testing::Values(KindOfCard{"rsa2048", CardApplication::piv, vm::KeyKind::rsa2048, true},
                    KindOfCard{"p256", CardApplication::piv, vm::KeyKind::p256, true},
                    KindOfCard{"gids", CardApplication::gids, vm::KeyKind::rsa2048, false}),
    [](const auto& card) { return std::string(card.param.name); });

}  // namespace
}  // namespace smx
