#include "tests/integration/cli/installed_catalogue.h"
#include "tests/system/matrix/matrix_fixture.h"

namespace smx {
namespace {

using testing::HasSubstr;

TEST_F(MatrixTest, the_reference_matrix_holds_its_contract_with_evidence_for_every_claim) {
  const auto r = run_matrix({"run"});
  ASSERT_EQ(r.exit_code, 0) << r.err << r.out;
  expect_nothing_left();
  EXPECT_THAT(r.out, HasSubstr("nothing broke"));

  std::set<std::string> expected;
  for (const auto& scenario : implemented_on("reference-linux")) {
    const bool no_pad = scenario == "external-pin-entry";  // the emulated reader has no keys
    const std::string judged = is_own_check(scenario) ? " observed" : " conforms";
    expected.insert("reference-linux/normal/virtual/" + scenario +
                    (no_pad ? " not-applicable" : " control-ok"));
    expected.insert("reference-linux/safe-networking/virtual/" + scenario +
                    (no_pad ? " not-applicable" : judged));
    expected.insert("reference-linux/safe-minimal/virtual/" + scenario + judged);
  }
  EXPECT_EQ(verdicts(), expected);

  const auto json = report();
  for (const auto& attempt : json.at("attempts")) {
    const auto cell = attempt.at("cell").get<std::string>();
    const auto& observation = attempt.at("observation");
    EXPECT_EQ(attempt.at("number"), 1) << cell << " needed a second try after " << json.at("attempts").dump();
    if (cell.find("safe-minimal") != std::string::npos ||
        cell.find("safe-networking/virtual/certificate-propagation") != std::string::npos) {
      EXPECT_EQ(observation.at("cause"), "not-in-safeboot") << cell;
    }
    ASSERT_FALSE(observation.at("evidence").empty()) << cell;
    for (const auto& evidence : observation.at("evidence"))
      EXPECT_EQ(sha256_file(run_folder() / "evidence" / evidence.at("sha256")), evidence.at("sha256"))
          << cell;
  }
  for (const auto& boot : json.at("boots")) {
    EXPECT_TRUE(boot.at("mode").at("proven").get<bool>());
    EXPECT_TRUE(boot.at("reader").at("proven").get<bool>());
  }
}

TEST_F(MatrixTest, an_image_that_is_there_is_not_built_again) {
  const auto r = run({"image", "build", "reference-linux"});
  ASSERT_EQ(r.exit_code, 0) << r.err;
  EXPECT_THAT(r.out, HasSubstr("up to date: reference-linux/"));
}

TEST_F(MatrixTest, a_report_can_be_made_again_and_judged_against_another_table) {
  ASSERT_EQ(run({"run", "--only", "*/safe-minimal/*/certutil-scinfo"}).exit_code, 0);
  // A contract that promises too much: the same observations now deviate.
  auto table = nlohmann::json::parse(run({"support-table", "show", "reference", "--json"}).out);
  nlohmann::json strict = {{"format", 1},
                           {"id", "reference"},
                           {"document", "d"},
                           {"section", "s"},
                           {"applies_to", {"reference-linux"}},
                           {"rows", nlohmann::json::array()}};
  const nlohmann::json yes = {{"mark", "supported"}, {"known", "stated"}, {"why", "for this test"}};
  for (const auto& row : table.at("rows"))
    strict["rows"].push_back({{"row", row.at("row")},
                              {"scenario", row.at("scenario")},
                              {"words", row.at("words")},
                              {"marks", {{"safe-minimal", yes}}}});
  const auto path = file("reference.json", strict.dump());
  EXPECT_EQ(run({"report", "--exit-code"}).exit_code, 0);
  const auto r = run({"report", "--exit-code", "--table", path});
  EXPECT_EQ(r.exit_code, 1) << r.err;
  EXPECT_THAT(r.out, HasSubstr("safe-minimal/virtual/certutil-scinfo deviates"));
}

}  // namespace
}  // namespace smx
