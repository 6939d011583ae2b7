#include <algorithm>
#include <set>

#include "harness/core/text.h"
#include "scenarios/verify/verify.h"

namespace smx::verify {
namespace {

Observation unusable(const char* cause, const std::string& message) {
  return {Outcome::blocked, cause, message, {}, {}};
}

/// What is wrong with the list itself, before anything in it is believed.
std::optional<Observation> wrong_list(const std::vector<Check>& checks,
                                      const std::vector<std::string>& expected) {
  std::set<std::string> seen;
  for (const auto& check : checks) {
    if (std::find(expected.begin(), expected.end(), check.id) == expected.end())
      return unusable("malformed-result", "the check \"" + check.id + "\" is none that the catalogue lists");
    if (!seen.insert(check.id).second)
      return unusable("malformed-result", "the check \"" + check.id + "\" was reported twice");
  }
  for (const auto& id : expected)
    if (!seen.contains(id)) return unusable("incomplete-result", "the check \"" + id + "\" was not reported");
  if (checks.empty()) return unusable("incomplete-result", "nothing was checked");
  return std::nullopt;
}

Observation from(const Check& check) {
  return {check.outcome, check.cause, check.id + ": " + check.message, {}, {}};
}

}  // namespace

// The rules, first that applies:
//   1. a listed check that is absent, or one that is reported twice or not listed: blocked
//   2. a check failed: failed, with the cause of the first that did
//   3. a check is blocked: blocked, with the cause of the first that is
//   4. the last listed check, which is the scenario's point, is not applicable: not-applicable
//   5. otherwise passed; a check before the last that is not applicable (row 11's card driver) is no fault
Observation fold(const std::vector<Check>& checks, const std::vector<std::string>& expected) {
  Observation observation;
  const auto first = [&](Outcome o) {
    return std::find_if(checks.begin(), checks.end(), [o](const Check& c) { return c.outcome == o; });
  };
  if (auto trouble = wrong_list(checks, expected)) {
    observation = std::move(*trouble);
  } else if (const auto failed = first(Outcome::failed); failed != checks.end()) {
    observation = from(*failed);
  } else if (const auto stopped = first(Outcome::blocked); stopped != checks.end()) {
    observation = from(*stopped);
  } else if (const auto point = std::find_if(checks.begin(), checks.end(),
                                             [&](const Check& c) { return c.id == expected.back(); });
             point->outcome == Outcome::not_applicable) {
    observation = from(*point);
  } else {
    const auto passed = std::count_if(checks.begin(), checks.end(),
                                      [](const Check& c) { return c.outcome == Outcome::passed; });
    observation = {
        Outcome::passed, "", plural(static_cast<std::size_t>(passed), "check") + " passed", {}, {}};
  }
  observation.checks = checks;
  return observation;
}

}  // namespace smx::verify
