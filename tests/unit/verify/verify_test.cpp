#include <gtest/gtest.h>

#include <set>

#include "tests/unit/verify/verify_fixture.h"

namespace smx::verify {
namespace {

TEST_F(Verify, refuses_a_verifier_that_nobody_knows) {
  EXPECT_THROW(ask("nonsense"), Error);
}

TEST_F(Verify, has_each_verifier_once) {
  std::set<std::string> names;
  for (const auto& verifier : verifiers()) EXPECT_TRUE(names.insert(verifier.name).second) << verifier.name;
  EXPECT_EQ(checks_of_verifiers().size(), names.size());
}

TEST_F(Verify, gives_the_checks_that_the_table_lists_for_each_verifier) {
  for (const auto& verifier : verifiers()) {
    std::vector<std::string> ids;
    for (const auto& check : ask(verifier.name)) {
      ids.push_back(check.id);
      EXPECT_EQ(check.by, "controller") << verifier.name;
    }
    EXPECT_EQ(ids, verifier.checks) << verifier.name;
    EXPECT_EQ(checks_of_verifiers().at(verifier.name), verifier.checks);
  }
}

}  // namespace
}  // namespace smx::verify
