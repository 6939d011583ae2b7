#include "scenarios/agent/linux/pam.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

#include "harness/core/files.h"
#include "scenarios/agent/core/fake_platform.h"
#include "scenarios/agent/linux/certificate_propagation.h"
#include "scenarios/agent/linux/scenarios.h"
#include "tests/unit/agent/scenario_run.h"
#include "vm/lab/lab_ca.h"

namespace smx::agent {
namespace {

namespace fs = std::filesystem;

Request pam_request(const std::string& phase) {
  Request r;
  r.nonce = std::string(32, '0');
  r.phase = phase;
  r.time_limit = std::chrono::milliseconds(50);
  return r;
}

TEST(Pam, splits_pem_into_its_objects) {
  const std::string one = "-----BEGIN X-----\nAA\n-----END X-----\n";
  const std::string two = "-----BEGIN Y-----\nBB\n-----END Y-----\n";
  EXPECT_EQ(split_pem("words\n" + one + "words\n" + two), (std::vector{one, two}));
  EXPECT_EQ(split_pem(one.substr(0, one.size() - 1)), std::vector{one}) << "without the last line's end";
  EXPECT_TRUE(split_pem("").empty());
  EXPECT_TRUE(split_pem("-----BEGIN X-----\nAA\n").empty());
}

TEST(Pam, has_a_word_for_each_refusal) {
  EXPECT_STREQ(pam_cause("smart card PIN: Error 2308: No smart card found.\n"), "no-card");
  EXPECT_STREQ(pam_cause("Error 2318: Empty smartcard PIN not allowed.\n"), "no-pin");
  EXPECT_STREQ(pam_cause("Error 2320: Wrong smartcard PIN\nsudo: 1 incorrect password attempt\n"),
               "pkcs11-login-failed");
  // The flaw comes first, then that no certificate is left.
  EXPECT_STREQ(pam_cause("Error 2324: Certificate has expired\nError 2336: No matching certificate found\n"),
               "certificate-expired");
  EXPECT_STREQ(pam_cause("Error 2326: Certificate not yet valid\nError 2336: No"),
               "certificate-not-yet-valid");
  EXPECT_STREQ(pam_cause("Error 2328: Certificate signature invalid\nError 2336: No"),
               "certificate-not-trusted");
  EXPECT_STREQ(pam_cause("Error 2330: Certificate invalid\nError 2336: No"), "certificate-not-trusted");
  EXPECT_STREQ(pam_cause("Error 2336: No matching certificate found\n"), "certificate-refused");
  EXPECT_STREQ(pam_cause("other is not in the sudoers file.\n"), "no-right");
  EXPECT_STREQ(pam_cause(""), "refused");
}

TEST(Pam, takes_a_refusal_for_want_of_a_pin_only_as_the_module_says_it) {
  EXPECT_TRUE(refused_without_pin({false, "Error 2318: Empty smartcard PIN not allowed."}));
  EXPECT_FALSE(refused_without_pin({true, "Error 2318: Empty smartcard PIN not allowed."}));
  EXPECT_FALSE(refused_without_pin({false, "Error 2308: No smart card found."}));
}

TEST(Pam, is_given_authorities_and_lists_by_openssl_s_names_and_leaves_nothing) {
  const TempDir temp(fs::temp_directory_path(), "pam-");
  const vm::LabCa authority;
  Lab lab;
  lab.ca_pem = authority.chain_pem();
  lab.crl_pem = authority.revocation_lists_pem();
  const Deadline deadline{std::chrono::seconds(20)};
  const auto folder = temp.path() / "smx/pam";
  {
    const PamTrust trust(lab, deadline, folder.string());
    const auto links = [&](const char* name, const char* ending) {
      return std::count_if(
          fs::directory_iterator(folder / name), fs::directory_iterator(),
          [&](const auto& e) { return e.is_symlink() && e.path().filename().string().ends_with(ending); });
    };
    EXPECT_EQ(links("ca", ".0"), 2);
    EXPECT_EQ(links("crl", ".r0"), 2);
    EXPECT_EQ(fs::status(folder.parent_path()).permissions(), fs::perms::owner_all);
  }
  EXPECT_FALSE(fs::exists(folder.parent_path()));
}

TEST(Pam, leaves_what_others_keep_beside_its_folder) {
  const TempDir temp(fs::temp_directory_path(), "pam-");
  const vm::LabCa authority;
  Lab lab;
  lab.ca_pem = authority.chain_pem();
  lab.crl_pem = authority.revocation_lists_pem();
  fs::create_directories(temp.path() / "smx/other");
  { const PamTrust trust(lab, Deadline{std::chrono::seconds(20)}, (temp.path() / "smx/pam").string()); }
  EXPECT_TRUE(fs::exists(temp.path() / "smx/other"));
  EXPECT_FALSE(fs::exists(temp.path() / "smx/pam"));
}

TEST(Pam, does_not_begin_with_nothing_to_verify_against) {
  const TempDir temp(fs::temp_directory_path(), "pam-");
  const auto folder = (temp.path() / "smx/pam").string();
  Lab lab;
  lab.ca_pem = vm::LabCa().certificate_pem();
  EXPECT_THROW(PamTrust(lab, Deadline{std::chrono::seconds(20)}, folder), StepFailure);
  EXPECT_FALSE(fs::exists(temp.path() / "smx")) << "nothing is left of what was begun";
}

struct Refused {
  AgentScenario scenario;
  const char* phase;
  SystemService service;
};

TEST(PamScenarios, fail_as_a_whole_where_the_boot_mode_refuses_their_service) {
  for (const auto& [scenario, phase, service] :
       {Refused{unlock_workstation(), "main", SystemService::smart_card},
        Refused{user_account_control(), "main", SystemService::smart_card},
        Refused{certificate_propagation(), "removed", SystemService::certificate_propagation},
        Refused{certificate_propagation(), "inserted", SystemService::certificate_propagation}}) {
    FakePlatform platform;
    platform.on_require = [wanted = service](SystemService asked) {
      EXPECT_EQ(asked, wanted);
      throw StepFailure(CheckOutcome::failed, "not-in-safeboot", "refused (84)", true);
    };
    const ScenarioRun run(scenario, pam_request(phase), platform);
    for (const auto& check : scenario.checks.at(phase))
      EXPECT_EQ(run.of(check), "failed not-in-safeboot") << scenario.name << " " << check;
  }
}

TEST(PamScenarios, cannot_do_without_the_lab) {
  FakePlatform platform;
  EXPECT_THROW(ScenarioRun(unlock_workstation(), pam_request("main"), platform), BadInput);
  EXPECT_THROW(ScenarioRun(user_account_control(), pam_request("main"), platform), BadInput);
}

TEST(CertificatePropagation, is_blocked_without_the_phase_before) {
  FakePlatform platform;
  const ScenarioRun run(certificate_propagation(), pam_request("inserted"), platform);
  EXPECT_EQ(run.of("certificate-in-store"), "blocked earlier-check");
}

TEST(CertificatePropagation, does_not_pass_when_nothing_is_written_into_the_store) {
  FakePlatform platform;
  platform.kept["certificate-propagation"] = "none";  // nor is there one on this host
  const ScenarioRun run(certificate_propagation(), pam_request("inserted"), platform);
  EXPECT_EQ(run.of("certificate-in-store"), "failed not-propagated");
}

TEST(CertificatePropagation, finds_the_service_s_certificates_among_the_store_s) {
  const std::string table =
      "\nCertificate Nickname                                         Trust Attributes\n"
      "                                                             SSL,S/MIME,JAR/XPI\n\n"
      "mine                                                         u,u,u\n"
      "smart card 01                                                ,,   \n"
      "smart card 02                                                ,,   \n"
      "not a smart card 03                                          ,,   \n";
  EXPECT_EQ(propagated_names(table), (std::vector<std::string>{"smart card 01", "smart card 02"}));
  EXPECT_TRUE(propagated_names("").empty());
}

}  // namespace
}  // namespace smx::agent
