#include "harness/compare/divergence.h"

#include <gmock/gmock.h>

#include "tests/unit/compare/results.h"

namespace smx::compare {
namespace {

using testing::ElementsAre;
using testing::Field;
using testing::IsEmpty;

/// One attempt in one boot, with what a test puts into it.
struct OneCell {
  std::vector<Attempt> attempts = std::vector<Attempt>(1);
  std::vector<Boot> boots = std::vector<Boot>(1);
  Pieces evidence;

  OneCell() {
    attempts[0].cell = cell_id("s");
    attempts[0].group = boots[0].group = "g";
    attempts[0].observation.outcome = Outcome::passed;
  }
  OneCell& fact(const std::string& name, const std::string& actual) {
    boots[0].mode.facts.push_back({name, actual, actual, true, "agent"});
    return *this;
  }
  OneCell& check(const std::string& id, Outcome outcome, const std::string& cause = "") {
    attempts[0].observation.checks.push_back({id, outcome, cause, "", "agent"});
    return *this;
  }
  CellEvidence view() { return {attempts, boots, evidence}; }
};

TEST(Divergence, finds_the_first_difference_of_each_kind_in_order) {
  OneCell was, is;
  was.fact("kernel", "6.1.1")
      .fact("options", "network")
      .check("a", Outcome::passed)
      .check("b", Outcome::passed);
  is.fact("kernel", "6.1.1")
      .fact("options", "minimal")
      .check("a", Outcome::passed)
      .check("b", Outcome::failed, "gone");
  EXPECT_THAT(first_divergences(was.view(), is.view()),
              ElementsAre(Divergence{"fact of the boot: options", "network", "minimal"},
                          Divergence{"check b", "passed", "failed (gone)"}));
}

TEST(Divergence, finds_none_where_nothing_differs) {
  OneCell was, is;
  was.fact("kernel", "6").check("a", Outcome::passed);
  is.fact("kernel", "6").check("a", Outcome::passed);
  EXPECT_THAT(first_divergences(was.view(), is.view()), IsEmpty());
}

TEST(Divergence, a_check_of_one_run_only_is_one) {
  OneCell was, is;
  was.check("a", Outcome::passed).check("b", Outcome::passed);
  is.check("a", Outcome::passed);
  EXPECT_THAT(first_divergences(was.view(), is.view()), ElementsAre(Divergence{"check b", "passed", ""}));
}

TEST(Divergence, reads_evidence_by_lines_and_sets_noise_aside) {
  Pieces a, b;
  OneCell was, is;
  was.attempts[0].observation.evidence = {was.evidence.add(
      "apdu-trace.txt", "+0.012345 SELECT -> 9000\n+0.020000 VERIFY PIN, 8 bytes in -> 9000\n")};
  is.evidence.add("other", "");
  is.attempts[0].observation.evidence = {is.evidence.add(
      "apdu-trace.txt", "+0.099999 SELECT -> 9000\n+0.100000 VERIFY PIN, 8 bytes in -> 63C2\n")};
  EXPECT_THAT(first_divergences(was.view(), is.view()),
              ElementsAre(Divergence{"apdu-trace.txt, line 2", "+0.020000 VERIFY PIN, 8 bytes in -> 9000",
                                     "+0.100000 VERIFY PIN, 8 bytes in -> 63C2"}));
}

TEST(Divergence, an_agents_answer_is_compared_without_its_nonce) {
  OneCell was, is;
  was.attempts[0].observation.evidence = {
      was.evidence.add("agent-main.json", R"({"nonce":"aa","details":{"service":"running"}})")};
  is.evidence.add("other", "");
  is.attempts[0].observation.evidence = {
      is.evidence.add("agent-main.json", R"({"nonce":"bb","details":{"service":"stopped"}})")};
  const auto found = first_divergences(was.view(), is.view());
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].was, "  \"service\": \"running\"");
  EXPECT_EQ(found[0].is, "  \"service\": \"stopped\"");
}

TEST(Divergence, evidence_that_is_gone_is_told) {
  OneCell was, is;
  was.attempts[0].observation.evidence = {{"apdu-trace.txt", std::string(64, 'f'), 3}};
  is.attempts[0].observation.evidence = {is.evidence.add("apdu-trace.txt", "x\n")};
  EXPECT_THAT(first_divergences(was.view(), is.view()),
              ElementsAre(Field(&Divergence::was, "the evidence is not there")));
}

TEST(Divergence, what_only_one_run_has_is_one) {
  OneCell was, is;
  was.fact("reader on the bus", "08e6:4433");
  was.attempts[0].observation.evidence = {was.evidence.add("apdu-trace.txt", "SELECT\n")};
  is.attempts[0].observation.evidence = {is.evidence.add("agent-main-stderr.txt", "no reader\n")};
  EXPECT_THAT(first_divergences(was.view(), is.view()),
              ElementsAre(Divergence{"fact of the boot: reader on the bus", "08e6:4433", ""},
                          Divergence{"agent-main-stderr.txt", "", "there"},
                          Divergence{"apdu-trace.txt", "there", ""}));
}

TEST(Divergence, a_cell_that_one_run_never_attempted_has_none) {
  OneCell was, is;
  is.attempts.clear();
  EXPECT_THAT(first_divergences(was.view(), is.view()), IsEmpty());
}

TEST(Divergence, guests_cannot_write_control_characters_into_it) {
  OneCell was, is;
  was.fact("kernel", "a");
  is.fact("kernel", "b\x1b[31m\nred");
  const auto found = first_divergences(was.view(), is.view());
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].is, "b\xEF\xBF\xBD[31m red");
}

struct Noise {
  const char *line, *kept;
};

class WithoutNoise : public testing::TestWithParam<Noise> {};
TEST_P(WithoutNoise, keeps_what_means_something) {
  EXPECT_EQ(without_noise(GetParam().line), GetParam().kept);
}
INSTANTIATE_TEST_SUITE_P(
    lines, WithoutNoise,
    testing::Values(
        Noise{"+0.012345 SELECT -> 9000", "… SELECT -> 9000"},
        Noise{"VERIFY PIN -> 63C2 (2 tries left)", "VERIFY PIN -> 63C2 (2 tries left)"},
        Noise{"at 09:30:12 it began", "at … it began"}, Noise{"driver 10.0.19041.1", "driver 10.0.19041.1"},
        Noise{"\"clock\": 1764268000000", "\"clock\": …"}, Noise{"sha256 0123456789abcdef0123", "sha256 …"},
        Noise{"{3F2504E0-4F89-11D3-9A0C-0305E82C3301}", "{…}"}, Noise{"YWJjMTIzNDU2Nzg5MGFiY2RlZkE=", "…"},
        Noise{"on 20261124", "on …"}, Noise{"CertPropSvc-not-running-here", "CertPropSvc-not-running-here"},
        Noise{"error 1084", "error 1084"}, Noise{"", ""}));

TEST(WithoutNoise, does_not_hide_a_number_that_means_something) {
  EXPECT_NE(without_noise("error 1084"), without_noise("error 1058"));
  EXPECT_NE(without_noise("\"status\": \"0x00000000\""), without_noise("\"status\": \"0x80100069\""));
  EXPECT_NE(without_noise("0xc0000064"), without_noise("0xc000006d"));
  EXPECT_NE(without_noise("80100069"), without_noise("8010000c"));
  EXPECT_NE(without_noise("10.0.22621.10000"), without_noise("10.0.22621.10001"));
  EXPECT_NE(without_noise("/usr/lib/x86_64-linux-gnu/a.so"), without_noise("/usr/lib/x86_64-linux-gnu/b.so"));
  EXPECT_NE(without_noise("-> 63C2"), without_noise("-> 63C1"));
}

}  // namespace
}  // namespace smx::compare
