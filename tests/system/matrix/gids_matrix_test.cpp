#include "tests/integration/cli/installed_catalogue.h"
#include "tests/system/matrix/matrix_fixture.h"

namespace smx {
namespace {

using testing::AllOf;
using testing::HasSubstr;

/// What a check of an attempt came to, "" when the attempt has no such check.
std::string outcome_of(const nlohmann::json& attempt, const std::string& id) {
  for (const auto& check : attempt.at("observation").at("checks"))
    if (check.at("id") == id) return check.at("outcome");
  return "";
}

TEST_F(MatrixTest, a_gids_card_works_in_normal_mode_and_in_safe_mode_with_networking) {
  const auto matrix = file("gids.json", R"({"format": 1, "targets": [{"kind": "reference-linux"}],
    "modes": ["normal", "safe-networking"], "cards": [{"application": "gids"}]})");
  const auto r = run_matrix({"run", matrix});
  ASSERT_EQ(r.exit_code, 0) << r.err << r.out;
  expect_nothing_left();
  std::set<std::string> expected;
  for (const auto& scenario : implemented_on("reference-linux")) {
    const bool no_pad = scenario == "external-pin-entry";  // the emulated reader has no keys
    const std::string judged = is_own_check(scenario) ? " observed" : " conforms";
    expected.insert("reference-linux/normal/virtual/" + scenario +
                    (no_pad ? " not-applicable" : " control-ok"));
    expected.insert("reference-linux/safe-networking/virtual/" + scenario +
                    (no_pad ? " not-applicable" : judged));
  }
  EXPECT_EQ(verdicts(), expected);

  const auto written = report();
  for (const auto& attempt : written.at("attempts")) {
    const auto cell = attempt.at("cell").get<std::string>();
    if (cell.ends_with("pin-management")) {
      EXPECT_EQ(outcome_of(attempt, "unblocked-by-puk"), "passed") << "by the administrator";
      EXPECT_EQ(outcome_of(attempt, "card-saw-change-and-block"), "passed");
      std::string trace;
      for (const auto& evidence : attempt.at("observation").at("evidence"))
        if (evidence.at("name") == "apdu-trace.txt")
          trace = read_file(run_folder() / "evidence" / evidence.at("sha256"));
      EXPECT_THAT(trace, AllOf(HasSubstr("GENERAL AUTHENTICATE administrator's answer"),
                               HasSubstr("RESET RETRY COUNTER PIN by administrator")));
    }
    if (cell.ends_with("ssl-client-authentication")) {
      EXPECT_EQ(outcome_of(attempt, "tls12-authenticated"), "passed");
      EXPECT_EQ(outcome_of(attempt, "tls13-authenticated"), "not-applicable") << "no RSA-PSS by OpenSC";
      EXPECT_EQ(outcome_of(attempt, "server-saw-card-certificate"), "passed");
    }
  }
}

}  // namespace
}  // namespace smx
