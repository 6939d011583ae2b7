#include <gtest/gtest.h>

#include "harness/core/files.h"
#include "scenarios/agent/card/piv_client.h"
#include "scenarios/agent/core/fake_platform.h"
#include "scenarios/agent/linux/kerberos.h"
#include "scenarios/agent/linux/scenarios.h"
#include "tests/unit/agent/scenario_run.h"
#include "vm/card/device/smart_card.h"
#include "vm/card/piv/piv_card.h"
#include "vm/lab/lab_ca.h"
#include "vm/lab/x509_text.h"

// What the scenarios that log on to the lab do by themselves; with the lab: tests/system/lab.

namespace smx::agent {
namespace {

constexpr const char* kManagement = "0123456789abcdef23456789abcdef01456789abcdef0123";

std::string certificate_of(vm::KeyKind kind) {
  const vm::LabCa ca;
  return vm::pem_of_certificate(ca.issue_card_certificate(vm::KeyPair::generate(kind).public_key_der(), {}));
}

Request lab_request(const std::string& phase = "main") {
  Request r;
  r.nonce = std::string(32, '0');
  r.phase = phase;
  r.credentials.emplace("pin", Pin("24681357"));
  r.lab_given = Lab{};
  r.lab_given->user = "user";
  return r;
}

TEST(Pem, gives_the_der_of_its_first_object) {
  const Bytes der{0x30, 0x03, 0x02, 0x01, 0xff};
  EXPECT_EQ(der_of_pem(certificate_pem(der)), der);
  EXPECT_EQ(der_of_pem(certificate_pem(der) + certificate_pem({1, 2, 3, 4})), der);
  EXPECT_EQ(der_of_pem(certificate_pem(Bytes(1000, 0xa5))), Bytes(1000, 0xa5));
  for (const auto* text :
       {"", "-----BEGIN X-----\n", "-----END X-----\n", "-----BEGIN X-----\n!!\n-----END X-----\n",
        "words\n-----BEGIN X-----\nAAAA\n-----END X-----\n"})
    EXPECT_TRUE(der_of_pem(text).empty()) << text;
}

TEST(Pem, tells_keys_of_curves_from_others) {
  EXPECT_TRUE(has_curve_key(der_of_pem(certificate_of(vm::KeyKind::p256))));
  EXPECT_TRUE(has_curve_key(der_of_pem(certificate_of(vm::KeyKind::p384))));
  EXPECT_FALSE(has_curve_key(der_of_pem(certificate_of(vm::KeyKind::rsa2048))))
      << "although an authority with a key of a curve signed it";
  EXPECT_FALSE(has_curve_key({}));
}

TEST(LabScenarios, are_not_applicable_to_a_key_of_a_curve) {
  FakePlatform platform;
  auto r = lab_request();
  r.certificate_pem = certificate_of(vm::KeyKind::p256);
  for (const auto& scenario : {domain_logon(), network_resource(), smart_card_enrollment(), cached_logon()})
    for (const auto& [phase, checks] : scenario.checks) {
      if (phase == "restored") continue;
      r.phase = phase;
      const ScenarioRun run(scenario, r, platform);
      for (const auto& check : checks) EXPECT_EQ(run.of(check), "not-applicable rsa-only") << scenario.name;
    }
}

TEST(LabScenarios, fail_as_a_whole_where_the_boot_mode_refuses_the_network) {
  FakePlatform platform;
  platform.on_require = [](SystemService) {
    throw StepFailure(CheckOutcome::failed, "not-in-safeboot", "refused (84)", true);
  };
  auto r = lab_request();
  r.certificate_pem = certificate_of(vm::KeyKind::p256);  // which is not looked at any more
  for (const auto& scenario : {domain_logon(), network_resource(), smart_card_enrollment(), cached_logon()})
    for (const auto& [phase, checks] : scenario.checks) {
      r.phase = phase;
      const ScenarioRun run(scenario, r, platform);
      for (const auto& check : checks) EXPECT_EQ(run.of(check), "failed not-in-safeboot") << scenario.name;
    }
}

TEST(LabScenarios, need_a_card) {
  FakePlatform platform;
  platform.readers.clear();
  EXPECT_EQ(ScenarioRun(domain_logon(), lab_request(), platform).of("ticket-obtained"), "failed no-reader");
}

TEST(CachedLogon, does_not_ask_for_a_pin_when_nobody_logged_on_before) {
  FakePlatform platform;
  const ScenarioRun run(cached_logon(), lab_request("offline"), platform);
  EXPECT_EQ(run.of("domain-out-of-reach"), "blocked earlier-check");
  EXPECT_TRUE(platform.card.transmitted.empty());
}

TEST(Enrollment, of_a_piv_card_is_not_applicable_without_its_management_key) {
  FakePlatform platform;
  EXPECT_EQ(ScenarioRun(smart_card_enrollment(), lab_request(), platform).of("key-generated"),
            "not-applicable no-management-key");
}

TEST(Kerberos, is_configured_by_the_lab_alone) {
  Lab lab;
  lab.realm = "LAB.TEST";
  lab.domain = "lab.test";
  lab.kdc = {"10.0.2.2", 4711, "kdc.lab.test", ""};
  const auto text = krb5_conf(lab, "/run/x/anchors.pem");
  for (const auto* line :
       {"default_realm = LAB.TEST\n", "dns_lookup_kdc = false\n", "kdc = 10.0.2.2:4711\n",
        "pkinit_anchors = FILE:/run/x/anchors.pem\n", "pkinit_kdc_hostname = kdc.lab.test\n",
        "udp_preference_limit = 1\n", ".lab.test = LAB.TEST\n"})
    EXPECT_NE(text.find(line), std::string::npos) << line << text;
}

TEST(Kerberos, tells_causes_apart) {
  const std::pair<const char*, const char*> kKinit[] = {
      {"kinit: Cannot contact any KDC for realm 'LAB.TEST' while getting initial credentials", "no-kdc"},
      {"kinit: Clock skew too great while getting initial credentials", "clock"},
      {"kinit: Client name mismatch while getting initial credentials", "other-users-certificate"},
      {"kinit: Client 'x@LAB.TEST' not found in Kerberos database", "no-such-user"},
      {"kinit: Revoked certificate while getting initial credentials", "certificate-revoked"},
      {"kinit: Pre-authentication failed: Failed to verify own certificate (depth 0): certificate has "
       "expired while "
       "getting initial credentials",
       "certificate-expired"},
      {"kinit: Pre-authentication failed: Failed to verify own certificate (depth 0): unable to get local "
       "issuer "
       "certificate while getting initial credentials",
       "certificate-not-trusted"},
      {"[1] 2.3: PKINIT PKCS11 C_Login failed: pin incorrect\n[1] 2.4: something\nkinit: Pre-authentication "
       "failed: "
       "Preauthentication failed while getting initial credentials\n",
       "pkcs11-login-failed"},
      {"[1] 2.3: PKINIT PKCS#11 module shows no slots with tokens\nkinit: Pre-authentication failed: "
       "Preauthentication failed while getting initial credentials\n",
       "no-card"},
      {"[1] 2.3: PKINIT found a certificate in the KDC cert\nkinit: Cannot contact any KDC for realm "
       "'LAB.TEST'\n",
       "no-kdc"},
      {"kinit: Preauthentication failed while getting initial credentials", "logon-refused"},
      {"something else", "logon-refused"},
  };
  for (const auto& [talk, cause] : kKinit) EXPECT_STREQ(kinit_cause(talk), cause) << talk;
  const std::pair<const char*, const char*> kCurl[] = {
      {"curl: (7) Failed to connect to web.lab.test port 80: Connection refused", "no-server"},
      {"curl: (7) Couldn't connect: Network is unreachable", "no-network"},
      {"curl: (28) Connection timed out after 2001 milliseconds", "no-answer"},
      {"curl: (22) The requested URL returned error: 401", "ticket-refused"},
  };
  for (const auto& [talk, cause] : kCurl) EXPECT_STREQ(curl_cause(talk), cause) << talk;
}

/// The project's own card, managed by the agent's client.
class PivManagement : public testing::Test, protected Transmitter {
 protected:
  PivManagement() : card_(std::make_unique<vm::MemoryCardStore>(issued())) { piv_.select(); }

  static vm::CardData issued() {
    vm::CardIssue issue;
    issue.pin = Secret("24681357");
    issue.puk = Secret("86427531");
    issue.iterations = 1;
    issue.management_key = vm::parse_management_key(std::string("3des:") + kManagement);
    return vm::new_piv_card(issue);
  }
  Bytes transmit(const Bytes& command) override { return card_.transmit(command); }

  vm::SmartCard card_;
  PivClient piv_{*this};
};

TEST_F(PivManagement, is_the_administrators) {
  EXPECT_THROW(piv_.generate_rsa2048(0x9a), StepFailure);
  EXPECT_FALSE(piv_.put_certificate(0x5fc105, {0x30, 0x00}).ok());
  EXPECT_FALSE(piv_.authenticate_administrator(Pin(std::string(48, '0'))).ok());
  EXPECT_THROW(piv_.authenticate_administrator(Pin("00")), StepFailure);
  EXPECT_THROW(piv_.generate_rsa2048(0x9a), StepFailure);
  EXPECT_EQ(card_.status().counters.keys_made, 0u);
}

TEST_F(PivManagement, makes_a_key_and_gives_its_public_half) {
  ASSERT_TRUE(piv_.authenticate_administrator(Pin(kManagement)).ok());
  const auto spki = piv_.generate_rsa2048(0x9a);
  EXPECT_EQ(card_.status().counters.keys_made, 1u);
  EXPECT_EQ(spki, card_.data().keys.at(0x9a).public_key_der());
}

TEST_F(PivManagement, writes_a_certificate_and_takes_it_away) {
  ASSERT_TRUE(piv_.authenticate_administrator(Pin(kManagement)).ok());
  const auto der = der_of_pem(certificate_of(vm::KeyKind::rsa2048));
  ASSERT_TRUE(piv_.put_certificate(0x5fc105, der).ok());
  EXPECT_EQ(piv_.certificate(), der);
  ASSERT_TRUE(piv_.put_certificate(0x5fc105, {}).ok());
  EXPECT_THROW(piv_.certificate(), StepFailure);
}

}  // namespace
}  // namespace smx::agent
