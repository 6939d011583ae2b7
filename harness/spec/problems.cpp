#include "harness/spec/problems.h"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "harness/core/error.h"
#include "harness/core/text.h"

namespace smx::spec {
namespace {

constexpr std::size_t kCandidatesShown = 8;

std::string one_line(std::string_view text, std::size_t limit) {
  auto safe = sanitize_guest_text(text, limit);
  std::replace_if(
      safe.begin(), safe.end(), [](char c) { return c == '\n' || c == '\t'; }, ' ');
  return safe;
}

}  // namespace

void Problems::add(const std::string& file, Place place, const std::string& pointer,
                   const std::string& message) {
  if (full()) return count_one();
  auto at = std::find(files_.begin(), files_.end(), file);
  if (at == files_.end()) at = files_.insert(files_.end(), file);
  found_.push_back({static_cast<std::size_t>(at - files_.begin()), place, pointer, message});
}

std::string Problems::text() const {
  auto sorted = found_;
  std::stable_sort(sorted.begin(), sorted.end(), [](const Problem& a, const Problem& b) {
    return std::tie(a.file, a.place) < std::tie(b.file, b.place);
  });
  std::string lines;
  for (const auto& problem : sorted) {
    if (!lines.empty()) lines += '\n';
    lines += place_text(files_[problem.file], problem.place, problem.pointer) + ": " + problem.message;
  }
  if (omitted_ > 0) lines += fmt::format("\n... and {} more", omitted_);
  return lines;
}

void Problems::throw_if_any() const {
  if (!empty()) throw Error(ErrorKind::usage, text());
}

std::string place_text(const std::string& file, Place place, const std::string& pointer) {
  const auto where = fmt::format("{}:{}:{}", file, place.line, place.column);
  // The pointer's keys are the file's own words: they must not break the line either.
  return pointer.empty() ? where : fmt::format("{} ({})", where, one_line(pointer, 200));
}

std::string suggestion(const std::string& word, const std::vector<std::string>& candidates) {
  if (candidates.empty()) return "";
  if (const auto near = closest(word, candidates); !near.empty())
    return fmt::format("; did you mean \"{}\"?", near);
  std::string list;
  const auto shown = std::min(candidates.size(), kCandidatesShown);
  for (std::size_t i = 0; i < shown; ++i) {
    if (i > 0) list += i + 1 == candidates.size() ? " or " : ", ";
    list += fmt::format("\"{}\"", candidates[i]);
  }
  if (shown < candidates.size()) list += fmt::format(" or one of {} more", candidates.size() - shown);
  return "; expected " + list;
}

std::string quote(std::string_view text) {
  constexpr std::size_t kLimit = 60;
  return fmt::format("\"{}{}\"", one_line(text, kLimit), text.size() > kLimit ? "..." : "");
}

}  // namespace smx::spec
