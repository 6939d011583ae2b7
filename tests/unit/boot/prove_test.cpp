#include <gtest/gtest.h>

#include "vm/boot/boot_strategy.h"

namespace smx::vm {
namespace {

Fact fact(bool agrees) {
  return {"a fact", "x", agrees ? "x" : "y", agrees, "agent"};
}

TEST(Prove, holds_when_enough_facts_all_agree) {
  const auto proof = prove({fact(true), fact(true), fact(true)}, 3);
  EXPECT_TRUE(proof.proven);
  EXPECT_EQ(proof.facts.size(), 3u);
}

TEST(Prove, fails_when_one_fact_disagrees) {
  for (std::size_t i = 0; i < 4; ++i) {
    std::vector<Fact> facts(4, fact(true));
    facts[i] = fact(false);
    EXPECT_FALSE(prove(facts, 3).proven) << i;
  }
}

TEST(Prove, fails_when_there_are_too_few) {
  EXPECT_FALSE(prove({fact(true), fact(true)}, 3).proven);
  EXPECT_FALSE(prove({}, 1).proven);
}

TEST(Prove, fails_on_nothing_even_when_nothing_is_asked_for) {
  EXPECT_FALSE(prove({}, 0).proven);
}

TEST(Prove, keeps_the_facts_of_a_failed_proof) {
  EXPECT_EQ(prove({fact(false)}, 3).facts, std::vector<Fact>{fact(false)});
}

}  // namespace
}  // namespace smx::vm
