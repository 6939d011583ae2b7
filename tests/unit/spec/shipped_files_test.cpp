#include <gtest/gtest.h>

#include <algorithm>

#include "harness/spec/support_tables.h"
#include "scenarios/verify/verify.h"
#include "tests/unit/spec/spec_files.h"

namespace smx::spec {
namespace {

const std::filesystem::path kScenarios = SMX_SCENARIOS;

// The document's table, "Before You Begin Troubleshooting", in its order and words.
const std::vector<std::string> kDocument{
    "Domain logon using smart cards",
    "Cached logon using smart cards",
    "Remote Desktop Services logon when the host is running in Safe Mode",
    "Remote Desktop Services logon when the remote computer is running in Safe Mode",
    "Unlock a workstation by using smart card",
    "Smart card PIN management (change/unblock)",
    "External PIN entry for unlocking smart cards",
    "Authenticate to a network resource by using credentials on a smart card (CredUI)",
    "Secure Socket Layer (SSL) client authentication",
    "Certificate propagation",
    "Smart card device management and Plug and Play",
    "User Account Control management",
    "Certutil \xE2\x80\x93scinfo command",
    "Smart card enrollment",
    "Join a domain by using smart card",
    "Secure PIN channel"};

Catalogue shipped() {
  return load_catalogue(kScenarios / "catalogue", verify::checks_of_verifiers());
}

std::set<std::string> implemented(TargetKind kind) {
  std::set<std::string> ids;
  for (const auto& scenario : shipped().scenarios)
    if (const auto on = scenario.targets.find(kind);
        on != scenario.targets.end() && !on->second.agent.empty())
      ids.insert(scenario.id);
  return ids;
}

TEST(ShippedCatalogue, has_the_documents_rows_in_its_words) {
  const auto catalogue = shipped();
  ASSERT_GE(catalogue.scenarios.size(), kDocument.size());
  for (std::size_t i = 0; i < kDocument.size(); ++i) {
    EXPECT_EQ(catalogue.scenarios[i].row, static_cast<int>(i + 1));
    EXPECT_EQ(catalogue.scenarios[i].words, kDocument[i]);
  }
  for (std::size_t i = kDocument.size(); i < catalogue.scenarios.size(); ++i)
    EXPECT_EQ(catalogue.scenarios[i].row, kOwnCheck) << catalogue.scenarios[i].id;
}

TEST(ShippedCatalogue, says_of_every_target_what_is_implemented) {
  // The reference guest lacks what these are about: Remote Desktop, a Windows domain, Windows' PIN channel.
  const std::set<std::string> not_on_linux{"rdp-logon-host-safe-mode", "rdp-logon-remote-safe-mode",
                                           "join-domain", "secure-pin-channel"};
  const auto linux_has = implemented(TargetKind::reference_linux);
  for (const auto& scenario : shipped().scenarios)
    EXPECT_NE(linux_has.contains(scenario.id), not_on_linux.contains(scenario.id)) << scenario.id;
  // Wine can carry no more than what is written for Windows.
  const auto windows = implemented(TargetKind::windows);
  for (const auto& id : implemented(TargetKind::reference_wine)) EXPECT_TRUE(windows.contains(id)) << id;
}

TEST(ShippedCatalogue, is_independently_verified_where_the_controller_can) {
  const auto catalogue = shipped();
  const auto has = [&](const char* id, const char* verify, const char* check) {
    const auto* scenario = catalogue.find(id);
    const auto contains = [](const auto& all, const char* one) {
      return std::find(all.begin(), all.end(), one) != all.end();
    };
    return contains(scenario->verify, verify) && contains(scenario->checks, check);
  };
  EXPECT_TRUE(has("pin-management", "card-restored", "card-restored"));
  EXPECT_TRUE(has("pin-management", "card-restored", "card-saw-change-and-block"));
  EXPECT_TRUE(has("ssl-client-authentication", "tls-server-log", "server-saw-card-certificate"));
  EXPECT_TRUE(has("certutil-scinfo", "signature", "signature-verified"));
  EXPECT_TRUE(has("unlock-workstation", "card-signed", "card-signed"));
  EXPECT_TRUE(has("user-account-control", "card-signed", "card-signed"));
  EXPECT_TRUE(has("certificate-propagation", "propagated-certificate", "certificate-is-the-cards"));
  EXPECT_TRUE(has("domain-logon", "kdc-log", "kdc-saw-card-certificate"));
  EXPECT_TRUE(has("domain-logon", "web-log", "service-saw-card-holder"));
  EXPECT_TRUE(has("cached-logon", "kdc-log", "kdc-saw-card-certificate"));
  EXPECT_TRUE(has("network-resource-credui", "web-log", "service-saw-card-holder"));
  EXPECT_TRUE(has("smart-card-enrollment", "enrolment", "service-saw-new-certificate"));
  EXPECT_TRUE(has("repeated-insertion", "card-signed-by-both", "card-signed-by-both"));
  EXPECT_TRUE(catalogue.find("device-management")->verify.empty());
}

TEST(ShippedCatalogue, records_both_readings_of_row_three) {
  const auto notes = shipped().find("rdp-logon-host-safe-mode")->notes;
  EXPECT_NE(notes.find("machine that the person sits at"), std::string::npos);
  EXPECT_NE(notes.find("machine that hosts the session"), std::string::npos);
  EXPECT_NE(notes.find("is the one tested"), std::string::npos);
}

TEST(ShippedTables, have_the_documents_rows_in_its_words) {
  for (const auto& [id, table] : load_support_tables(kScenarios / "support")) {
    ASSERT_EQ(table.rows.size(), kDocument.size()) << id;
    for (std::size_t i = 0; i < kDocument.size(); ++i) EXPECT_EQ(table.rows[i].words, kDocument[i]) << id;
    for (const auto& line : check_support_table(table, shipped()))
      EXPECT_EQ(line.find("catalogue"), std::string::npos) << id << ": " << line;
  }
}

TEST(ShippedTables, of_windows_7_claim_no_more_than_is_known) {
  const auto table = load_support_table(kScenarios / "support" / "windows-7-2008r2.json");
  for (const auto& row : table.rows) {
    const auto mark = table.mark(row.scenario, BootMode::safe_networking);
    const bool unclear = row.row == 4 || row.row == 10 || row.row == 11;
    EXPECT_EQ(mark.mark, unclear         ? Mark::unknown
                         : row.row >= 14 ? Mark::not_supported
                                         : Mark::supported)
        << row.row;
    EXPECT_EQ(mark.known, MarkSource::inferred);
    EXPECT_FALSE(mark.why.empty());
    for (const auto mode : {BootMode::safe_minimal, BootMode::safe_command_prompt}) {
      EXPECT_EQ(table.mark(row.scenario, mode).mark, Mark::not_supported);
      EXPECT_EQ(table.mark(row.scenario, mode).known, MarkSource::stated);
      EXPECT_NE(table.mark(row.scenario, mode)
                    .why.find("not supported when Windows is running in any other Safe Mode"),
                std::string::npos);
    }
  }
}

TEST(ShippedTables, of_the_reference_guest_state_every_implemented_row) {
  const auto table = load_support_table(kScenarios / "support" / "reference.json");
  const auto catalogue = shipped();
  for (const auto& id : implemented(TargetKind::reference_linux)) {
    if (catalogue.find(id)->row == kOwnCheck && !table.find(id)) continue;
    // certprop is on no SafeBoot list, as CertPropSvc is not.
    EXPECT_EQ(table.mark(id, BootMode::safe_networking).mark,
              id == "certificate-propagation" ? Mark::not_supported : Mark::supported)
        << id;
    EXPECT_EQ(table.mark(id, BootMode::safe_networking).known, MarkSource::stated) << id;
    EXPECT_EQ(table.mark(id, BootMode::safe_minimal).mark, Mark::not_supported) << id;
  }
}

TEST(ShippedMatrices, are_readable_and_the_reference_one_is_whole) {
  const auto catalogue = shipped();
  std::set<std::string> tables;
  for (const auto& [id, table] : load_support_tables(kScenarios / "support")) tables.insert(id);
  for (const auto& file : std::filesystem::directory_iterator(kScenarios / "matrices"))
    EXPECT_FALSE(load_matrix(file.path(), catalogue, tables).targets.empty());
  const auto reference = load_matrix(kScenarios / "matrices" / "reference.json", catalogue, tables);
  EXPECT_EQ(reference.modes,
            (std::vector{BootMode::normal, BootMode::safe_networking, BootMode::safe_minimal}));
  EXPECT_EQ(reference.scenarios.size(), catalogue.scenarios.size());
  EXPECT_EQ(reference.readers.size(), 1u);
  EXPECT_EQ(reference.targets.at(0).support_table, "reference");
}

}  // namespace
}  // namespace smx::spec
