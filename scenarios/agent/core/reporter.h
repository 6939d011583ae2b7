#pragma once

#include <exception>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace smx::agent {

enum class CheckOutcome { passed, failed, not_applicable, blocked };

/// The protocol's spelling: "passed", "failed", "not-applicable", "blocked".
std::string_view name(CheckOutcome outcome);

struct CheckReport {
  std::string id;
  CheckOutcome outcome = CheckOutcome::blocked;
  std::string cause;    ///< a stable word, empty when passed
  std::string message;  ///< one line for a person
};

/// "This step could not be done": it ends the scenario. The main loop books it on the first check that has no
/// report yet, or on all of them (`every_check`), and the rest becomes `earlier-check`.
struct StepFailure : std::exception {
  StepFailure(CheckOutcome how, std::string word, std::string text, bool all = false)
      : outcome(how), cause(std::move(word)), message(std::move(text)), every_check(all) {}
  const char* what() const noexcept override { return message.c_str(); }
  CheckOutcome outcome;
  std::string cause, message;
  bool every_check;
};

/// Collects what a scenario found out.
/// Guaranteed: after `finish` every announced check is there exactly once, in the announced order, and no
/// other, but for those that were left for a later phase. Reporting a check that was not announced, or twice,
/// is a fault of the scenario: std::logic_error (exit 70).
class Reporter {
 public:
  explicit Reporter(std::vector<std::string> announced);

  void passed(std::string_view id, std::string message);
  void failed(std::string_view id, std::string cause, std::string message);
  void not_applicable(std::string_view id, std::string cause, std::string message);
  void blocked(std::string_view id, std::string cause, std::string message);
  /// This phase has nothing to say of the check: it was announced for trouble only, and there was none. It is
  /// not in the result, so that a later phase can report it.
  void leave_for_later(std::string_view id);
  /// Books a step that could not be done.
  void step_failed(const StepFailure& failure);
  /// Whether every check that has a report so far passed or is not applicable.
  bool good_so_far() const;
  /// Gives every check without a report `blocked`, cause `earlier-check`.
  void finish();
  const std::vector<CheckReport>& reports() const { return reports_; }

 private:
  void report(std::string_view id, CheckOutcome outcome, std::string cause, std::string message);
  std::vector<CheckReport> reports_;
  std::vector<bool> done_;
};

}  // namespace smx::agent
