#include "scenarios/agent/core/reporter.h"

#include <algorithm>
#include <stdexcept>

namespace smx::agent {

std::string_view name(CheckOutcome outcome) {
  switch (outcome) {
    case CheckOutcome::passed: return "passed";
    case CheckOutcome::failed: return "failed";
    case CheckOutcome::not_applicable: return "not-applicable";
    case CheckOutcome::blocked: return "blocked";
  }
  throw std::logic_error("no such outcome");
}

Reporter::Reporter(std::vector<std::string> announced) : done_(announced.size()) {
  for (auto& id : announced) reports_.push_back({std::move(id), CheckOutcome::blocked, "", ""});
}

void Reporter::passed(std::string_view id, std::string message) {
  report(id, CheckOutcome::passed, "", std::move(message));
}

void Reporter::failed(std::string_view id, std::string cause, std::string message) {
  report(id, CheckOutcome::failed, std::move(cause), std::move(message));
}

void Reporter::not_applicable(std::string_view id, std::string cause, std::string message) {
  report(id, CheckOutcome::not_applicable, std::move(cause), std::move(message));
}

void Reporter::blocked(std::string_view id, std::string cause, std::string message) {
  report(id, CheckOutcome::blocked, std::move(cause), std::move(message));
}

void Reporter::leave_for_later(std::string_view id) {
  const auto found = std::find_if(reports_.begin(), reports_.end(), [&](auto& r) { return r.id == id; });
  if (found == reports_.end()) throw std::logic_error("check not announced: " + std::string(id));
  const auto at = found - reports_.begin();
  if (done_[static_cast<std::size_t>(at)]) throw std::logic_error("check was reported: " + std::string(id));
  done_.erase(done_.begin() + at);
  reports_.erase(found);
}

void Reporter::step_failed(const StepFailure& failure) {
  for (std::size_t i = 0; i < reports_.size(); ++i) {
    if (done_[i]) continue;
    report(reports_[i].id, failure.outcome, failure.cause, failure.message);
    if (!failure.every_check) return;
  }
}

bool Reporter::good_so_far() const {
  for (std::size_t i = 0; i < reports_.size(); ++i) {
    const auto outcome = reports_[i].outcome;
    if (done_[i] && (outcome == CheckOutcome::failed || outcome == CheckOutcome::blocked)) return false;
  }
  return true;
}

void Reporter::finish() {
  for (std::size_t i = 0; i < reports_.size(); ++i)
    if (!done_[i])
      report(reports_[i].id, CheckOutcome::blocked, "earlier-check",
             "not reached: an earlier check did not pass");
}

void Reporter::report(std::string_view id, CheckOutcome outcome, std::string cause, std::string message) {
  for (std::size_t i = 0; i < reports_.size(); ++i) {
    if (reports_[i].id != id) continue;
    if (done_[i]) throw std::logic_error("check reported twice: " + std::string(id));
    done_[i] = true;
    reports_[i] = {std::string(id), outcome, std::move(cause), std::move(message)};
    return;
  }
  throw std::logic_error("check not announced: " + std::string(id));
}

}  // namespace smx::agent
