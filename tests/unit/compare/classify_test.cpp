#include <gtest/gtest.h>

#include "tests/unit/compare/results.h"

namespace smx::compare {
namespace {

std::optional<Outcome> outcome(const char* word) {
  return *word == '\0' ? std::nullopt : parse_outcome(word);
}

struct Case {
  const char *was, *is;
  Change expected;
  Mark mark = Mark::supported;
};

std::ostream& operator<<(std::ostream& out, const Case& c) {
  return out << c.was << " -> " << c.is << " (" << name(c.mark) << ")";
}

class Classify : public testing::TestWithParam<Case> {};

TEST_P(Classify, compares_outcomes) {
  const auto& c = GetParam();
  const auto was = result("s", outcome(c.was), "", c.mark), is = result("s", outcome(c.is), "", c.mark);
  EXPECT_EQ(classify(&was, &is), c.expected) << c.was << " -> " << c.is;
}

// Every pair of what a cell can say; "" is a cell that was not run.
INSTANTIATE_TEST_SUITE_P(
    table, Classify,
    testing::Values(
        Case{"passed", "passed", Change::same}, Case{"passed", "failed", Change::regressed},
        Case{"passed", "timed-out", Change::regressed}, Case{"passed", "guest-crashed", Change::regressed},
        Case{"passed", "not-applicable", Change::lost}, Case{"passed", "blocked", Change::lost},
        Case{"passed", "invalid", Change::lost}, Case{"passed", "", Change::lost},
        Case{"failed", "passed", Change::fixed}, Case{"failed", "failed", Change::same},
        Case{"failed", "timed-out", Change::changed}, Case{"failed", "guest-crashed", Change::regressed},
        Case{"failed", "not-applicable", Change::lost}, Case{"failed", "blocked", Change::lost},
        Case{"failed", "", Change::lost}, Case{"timed-out", "timed-out", Change::same},
        Case{"timed-out", "failed", Change::changed}, Case{"guest-crashed", "guest-crashed", Change::same},
        Case{"guest-crashed", "failed", Change::changed}, Case{"guest-crashed", "passed", Change::fixed},
        Case{"guest-crashed", "blocked", Change::lost},
        Case{"not-applicable", "not-applicable", Change::same},
        Case{"not-applicable", "passed", Change::changed}, Case{"not-applicable", "failed", Change::changed},
        Case{"not-applicable", "blocked", Change::lost}, Case{"blocked", "passed", Change::new_result},
        Case{"invalid", "failed", Change::new_result}, Case{"", "guest-crashed", Change::new_result},
        Case{"", "", Change::same}, Case{"blocked", "invalid", Change::same},
        Case{"passed", "failed", Change::changed, Mark::not_supported},
        Case{"passed", "timed-out", Change::changed, Mark::not_supported},
        Case{"passed", "guest-crashed", Change::regressed, Mark::not_supported},
        Case{"passed", "failed", Change::regressed, Mark::unknown}));

TEST(Classify, another_cause_of_the_same_failure_is_a_change) {
  const auto was = result("s", Outcome::failed, "no-card"), is = result("s", Outcome::failed, "wrong-pin");
  EXPECT_EQ(classify(&was, &is), Change::changed);
  EXPECT_EQ(classify(&was, &was), Change::same);
}

TEST(Classify, a_cell_that_is_no_longer_covered_is_lost) {
  const auto was = result("s", Outcome::passed);
  auto is = result("s", std::nullopt);
  is.covered = false;
  EXPECT_EQ(classify(&was, &is), Change::lost);
}

TEST(Classify, a_cell_of_one_run_only_is_new_or_gone) {
  const auto cell = result("s", Outcome::passed);
  EXPECT_EQ(classify(nullptr, &cell), Change::new_result);
  EXPECT_EQ(classify(&cell, nullptr), Change::gone);
}

}  // namespace
}  // namespace smx::compare
