#include "harness/compare/divergence.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "harness/core/text.h"
#include "harness/verdict/judge.h"

namespace smx::compare {
namespace {

using nlohmann::json;

constexpr std::size_t kEvidenceBytes = 256u << 10;
constexpr std::size_t kLine = 300;

std::string shown(std::string_view text) {
  return one_line(text, kLine);
}

/// One run's side of a cell.
struct Side {
  const Attempt* attempt = nullptr;
  const Boot* boot = nullptr;
  EvidenceReader& evidence;
};

Side side_of(const CellEvidence& cell) {
  std::vector<const Attempt*> attempts;
  for (const auto& attempt : cell.attempts) attempts.push_back(&attempt);
  Side side{verdict::deciding_attempt(attempts), nullptr, cell.evidence};
  if (!side.attempt) return side;
  for (const auto& boot : cell.boots)
    if (boot.group == side.attempt->group && boot.number == side.attempt->boot) side.boot = &boot;
  return side;
}

std::string fact_words(const Proof& proof, const std::string& fact) {
  for (const auto& f : proof.facts)
    if (f.name == fact) return f.actual;
  return "";
}

std::optional<Divergence> in_facts(const Proof& was, const Proof& is) {
  for (const auto& fact : is.facts) {
    const auto before = fact_words(was, fact.name);
    if (without_noise(before) != without_noise(fact.actual))
      return Divergence{"fact of the boot: " + shown(fact.name), shown(before), shown(fact.actual)};
  }
  for (const auto& fact : was.facts)
    if (fact_words(is, fact.name).empty() && !fact.actual.empty())
      return Divergence{"fact of the boot: " + shown(fact.name), shown(fact.actual), ""};
  return std::nullopt;
}

std::string check_words(const Check& check) {
  std::string words(name(check.outcome));
  if (!check.cause.empty()) words += " (" + check.cause + ")";
  if (!check.message.empty()) words += ": " + check.message;
  return shown(words);
}

const Check* find_check(const Observation& observation, const std::string& id) {
  const auto it = std::find_if(observation.checks.begin(), observation.checks.end(),
                               [&](const Check& check) { return check.id == id; });
  return it == observation.checks.end() ? nullptr : &*it;
}

std::optional<Divergence> in_checks(const Observation& was, const Observation& is) {
  for (const auto& check : is.checks) {
    const auto* before = find_check(was, check.id);
    if (before && before->outcome == check.outcome && before->cause == check.cause) continue;
    return Divergence{"check " + shown(check.id), before ? check_words(*before) : "", check_words(check)};
  }
  for (const auto& check : was.checks)
    if (!find_check(is, check.id)) return Divergence{"check " + shown(check.id), check_words(check), ""};
  return std::nullopt;
}

bool ends_with(const std::string& text, std::string_view end) {
  return text.size() >= end.size() && text.compare(text.size() - end.size(), end.size(), end) == 0;
}

/// One line a value, so that lines can be compared; nonces and times of the agent's answer are noise.
std::string as_lines(const std::string& name, std::string bytes) {
  if (!ends_with(name, ".json")) return bytes;
  auto value = json::parse(bytes, nullptr, false);
  if (value.is_discarded()) return bytes;
  if (value.is_object()) value.erase("nonce");
  return value.dump(1, ' ', false, json::error_handler_t::replace);
}

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    lines.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

std::optional<Divergence> in_text(const std::string& name, const std::string& was, const std::string& is) {
  const auto before = lines_of(was), now = lines_of(is);
  for (std::size_t i = 0; i < std::max(before.size(), now.size()); ++i) {
    const auto a = i < before.size() ? before[i] : std::string_view();
    const auto b = i < now.size() ? now[i] : std::string_view();
    if (a != b && without_noise(a) != without_noise(b))
      return Divergence{fmt::format("{}, line {}", shown(name), i + 1), shown(a), shown(b)};
  }
  return std::nullopt;
}

const Evidence* find_evidence(const Observation& observation, const std::string& name) {
  const auto it = std::find_if(observation.evidence.begin(), observation.evidence.end(),
                               [&](const Evidence& e) { return e.name == name; });
  return it == observation.evidence.end() ? nullptr : &*it;
}

constexpr std::string_view kTrace = "apdu-trace.txt";

bool is_compared(const Evidence& piece, bool trace) {
  return (piece.name == kTrace) == trace && !piece.media_type.starts_with("image/");
}

std::optional<Divergence> in_piece(const Side& was, const Evidence& before, const Side& is,
                                   const Evidence& now) {
  if (before.sha256 == now.sha256) return std::nullopt;
  const auto a = was.evidence.read(before, kEvidenceBytes);
  const auto b = is.evidence.read(now, kEvidenceBytes);
  if (!a || !b) {
    const char* gone = "the evidence is not there";
    return Divergence{shown(now.name), a ? "there" : gone, b ? "there" : gone};
  }
  return in_text(now.name, as_lines(now.name, *a), as_lines(now.name, *b));
}

std::optional<Divergence> in_evidence(const Side& was, const Side& is, bool trace) {
  for (const auto& piece : is.attempt->observation.evidence) {
    if (!is_compared(piece, trace)) continue;
    const auto* before = find_evidence(was.attempt->observation, piece.name);
    if (!before) return Divergence{shown(piece.name), "", "there"};
    if (auto found = in_piece(was, *before, is, piece)) return found;
  }
  for (const auto& piece : was.attempt->observation.evidence)
    if (is_compared(piece, trace) && !find_evidence(is.attempt->observation, piece.name))
      return Divergence{shown(piece.name), "there", ""};
  return std::nullopt;
}

}  // namespace

std::vector<Divergence> first_divergences(const CellEvidence& baseline, const CellEvidence& now) {
  const auto was = side_of(baseline), is = side_of(now);
  std::vector<Divergence> found;
  const auto take = [&](std::optional<Divergence> divergence) {
    if (divergence) found.push_back(std::move(*divergence));
  };
  if (!was.attempt || !is.attempt) return found;
  if (was.boot && is.boot) {
    take(in_facts(was.boot->mode, is.boot->mode));
    take(in_facts(was.boot->reader, is.boot->reader));
    if (was.boot->trouble.empty() && !is.boot->trouble.empty())
      take(Divergence{"trouble of the boot", "", shown(is.boot->trouble)});
  }
  take(in_checks(was.attempt->observation, is.attempt->observation));
  take(in_evidence(was, is, false));
  take(in_evidence(was, is, true));
  return found;
}

}  // namespace smx::compare
