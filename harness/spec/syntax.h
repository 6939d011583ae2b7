#pragma once

#include <cstddef>
#include <string>
#include <string_view>

// Why a text is no JSON, in words for the person who wrote it. The parser knows that it could not go on; what
// it knew when it stopped (the last good token, the open container) is enough to say what is wrong.

namespace smx::spec {

/// What the parser had read last.
struct ParserState {
  enum class After { start, opening, key, value, end };
  After after = After::start;
  std::size_t offset = 0;     ///< the first byte behind what was read last
  char container = 0;         ///< '{' or '[': what is open; 0: nothing
  std::size_t opened_at = 0;  ///< where `container` stands
  std::string key;            ///< the key read last, for `After::key`
};

struct SyntaxProblem {
  std::size_t offset = 0;
  std::string message;
};

/// The first thing behind `state.offset` that cannot stand there. Total: says something sensible for any
/// text.
SyntaxProblem explain_syntax(std::string_view text, const ParserState& state);

/// The first offset at or behind `offset` that is neither white space nor inside a comment. A comment without
/// an end is not skipped.
std::size_t skip_blank(std::string_view text, std::size_t offset);

}  // namespace smx::spec
