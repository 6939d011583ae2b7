// A matrix on an existing domain: a lab of this host that the run did not start, and may not ask.

#include <fmt/format.h>

#include "tests/system/matrix/matrix_fixture.h"

namespace smx {
namespace {

using testing::HasSubstr;

class ExistingDomainTest : public MatrixTest {
 protected:
  void SetUp() override {
    MatrixTest::SetUp();
    if (IsSkipped()) return;
    for (const auto* program : {"krb5kdc", "kadmin.local"})
      if (!find_program(program)) GTEST_SKIP() << program << " is not installed";
    const auto up = run({"lab", "up", "corp", "--json"});
    ASSERT_EQ(up.exit_code, 0) << up.err;
    domain_ = nlohmann::json::parse(up.out);
  }
  void TearDown() override { run({"lab", "down", "corp"}); }

  /// As a guest reaches it.
  std::string address(const char* key, const std::string& name) const {
    const auto at = domain_.at(key).get<std::string>();
    return fmt::format(R"({{"host": "10.0.2.2", "port": {}, "name": "{}"}})", at.substr(at.find(':') + 1),
                       name);
  }
  std::string matrix() const {
    const auto state = dir.path() / "state/safemode-matrix";
    file("ca.pem", read_file(state / "pki/root.pem") + read_file(state / "pki/issuing.pem"));
    file("crl.pem", read_file(state / "labs/corp/crl.pem"));
    return file("m.json", fmt::format(R"({{"format": 1, "targets": [{{"kind": "reference-linux"}}],
      "modes": ["normal"], "scenarios": ["domain-logon", "certutil-scinfo"], "attempts": 1,
      "lab": {{"kind": "external", "realm": "LAB.TEST", "domain": "lab.test", "user": "user", "other_user": "other",
               "ca": "ca.pem", "crl": "crl.pem", "kdc": {}, "web": {}}}}})",
                                      address("kdc", "kdc.lab.test"), address("web", "web.lab.test")));
  }

  nlohmann::json domain_;
};

TEST_F(ExistingDomainTest, is_logged_on_to_and_what_it_saw_stays_untested) {
  const auto r = run_matrix({"run", matrix()});
  EXPECT_NE(r.exit_code, 0) << "something could not be tested";
  const auto json = report();
  EXPECT_EQ(json.at("run").at("environment").at("lab"), "external LAB.TEST");
  EXPECT_EQ(json.at("matrix").at("lab").at("realm"), "LAB.TEST");
  EXPECT_EQ(verdicts(), (std::set<std::string>{"reference-linux/normal/virtual/certutil-scinfo control-ok",
                                               "reference-linux/normal/virtual/domain-logon inconclusive"}));
  for (const auto& attempt : json.at("attempts")) {
    const auto& seen = attempt.at("observation");
    if (attempt.at("cell") != "reference-linux/normal/virtual/domain-logon") continue;
    EXPECT_EQ(seen.at("cause"), "no-lab-witness") << seen;
    for (const auto& check : seen.at("checks"))
      EXPECT_EQ(check.at("outcome"), check.at("by") == "agent" ? "passed" : "blocked") << check;
  }
  EXPECT_THAT(run({"lab", "status"}).out, HasSubstr("corp: up")) << "it is not the run's to end";
  EXPECT_EQ(nlohmann::json::parse(run({"lab", "status", "--json"}).out).size(), 1u);
  expect_nothing_left();
}

}  // namespace
}  // namespace smx
