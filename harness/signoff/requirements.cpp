#include "harness/signoff/requirements.h"

#include <fmt/format.h>

#include <algorithm>

#include "harness/core/error.h"
#include "harness/core/text.h"

namespace smx::signoff {
namespace {

constexpr std::size_t kListed = 10;

/// "  CELL  VERDICT: REASON"
std::string cell_line(const Statement& s, std::size_t i) {
  const auto& verdict = s.input.judgement.cells[i];
  return fmt::format("\n  {}  {}: {}", s.input.record.plan.cells[i].id.str(), name(verdict.verdict),
                     one_line(verdict.reason, 160));
}

void check_cells(const Statement& s) {
  std::vector<std::size_t> missing;
  for (const auto i : s.in_need)
    if (!s.excepted.contains(i)) missing.push_back(i);
  if (missing.empty()) return;
  std::string text =
      fmt::format("the run cannot be signed: {} without a written exception", plural(missing.size(), "cell"));
  for (std::size_t n = 0; n < std::min(missing.size(), kListed); ++n) text += cell_line(s, missing[n]);
  if (missing.size() > kListed) text += fmt::format("\n  and {} more", missing.size() - kListed);
  throw Error(ErrorKind::usage, text +
                                    "\nRun again, waive a deviation (--waivers), or write down why it is "
                                    "signed all the same (--exceptions FILE; docs/sign-off.md)");
}

void check_exceptions(const Statement& s) {
  for (const auto& exception : s.sign_off.exceptions) {
    const bool matters = std::any_of(s.in_need.begin(), s.in_need.end(), [&](std::size_t i) {
      return glob_match(exception.cell, s.input.record.plan.cells[i].id.str());
    });
    if (!matters)
      throw Error(ErrorKind::usage,
                  fmt::format("the exception for \"{}\" is of no cell that needs one; take it "
                              "out, or it would be signed as if it mattered",
                              exception.cell));
  }
}

}  // namespace

void check_requirements(const Statement& s) {
  check_cells(s);
  check_exceptions(s);
}

void check_word(const std::string& word, const char* what) {
  if (word.empty()) throw Error(ErrorKind::usage, fmt::format("sign-off needs the {}", what));
  if (word.size() > 100 || one_line(word, 100) != word)
    throw Error(ErrorKind::usage,
                fmt::format("the {} must be one line of at most 100 printable characters", what));
}

}  // namespace smx::signoff
