// The matrix of the guest with Wine, from end to end.

#include "tests/integration/cli/installed_catalogue.h"
#include "tests/system/matrix/matrix_fixture.h"

namespace smx {
namespace {

using testing::HasSubstr;

class WineMatrix : public MatrixTest {
 protected:
  WineMatrix() : MatrixTest("reference-wine") {}
};

TEST_F(WineMatrix, runs_what_wine_carries_and_says_of_the_rest_why_not) {
  const auto r = run_matrix({"run", "reference-wine"});
  ASSERT_EQ(r.exit_code, 0) << r.err << r.out;
  expect_nothing_left();
  EXPECT_THAT(r.out, HasSubstr("nothing broke"));

  std::set<std::string> expected;
  for (const std::string reader : {"with-piv", "with-gids"}) {
    const auto cell = "reference-wine/normal/" + reader + "/";
    for (const auto& scenario : implemented_on("reference-wine"))  // the emulated reader has no keys
      expected.insert(cell + scenario +
                      (scenario == "external-pin-entry" ? " not-applicable" : " control-ok"));
  }
  EXPECT_EQ(verdicts(), expected);

  const auto json = report();
  for (const auto& boot : json.at("boots")) {
    EXPECT_TRUE(boot.at("mode").at("proven").get<bool>());
    EXPECT_GE(boot.at("mode").at("facts").size(), 3u);
    EXPECT_TRUE(boot.at("reader").at("proven").get<bool>());
  }
  for (const auto& attempt : json.at("attempts"))
    EXPECT_FALSE(attempt.at("observation").at("evidence").empty()) << attempt.at("cell");
}

TEST_F(WineMatrix, has_no_safe_mode_and_says_so) {
  auto matrix = nlohmann::json{{"format", 1},
                               {"name", "safe"},
                               {"targets", {{{"kind", "reference-wine"}}}},
                               {"modes", {"normal", "safe-networking"}},
                               {"scenarios", {"certutil-scinfo"}}};
  const auto r = run({"plan", file("safe.json", matrix.dump())});
  EXPECT_EQ(r.exit_code, 0) << r.err;
  EXPECT_THAT(r.out + r.err, HasSubstr("a reference-wine target has no mode safe-networking"));
  EXPECT_THAT(r.out, testing::Not(HasSubstr("safe-networking/")));
}

}  // namespace
}  // namespace smx
