#pragma once

#include <string>
#include <string_view>

// Text in Markdown as GitHub and GitLab show it. Escapes do not do there: mentions (@name), references (#1,
// !2, ABC-3, commits) and links (www.…) are looked for in what escapes and entities have become. They are not
// looked for in code, where no markup is either.

namespace smx {

/// `text` on one line, sanitised, at most `limit` bytes and the marks around it: as it is when it is plain
/// words that nothing can read anything into, else as a code span. Good inside of a paragraph or of a table's
/// field, not at the beginning of a line. Empty for an empty text. In a span ` is shown as ', and | as ¦.
std::string markdown_text(std::string_view text, std::size_t limit);
/// The same, always as a code span: for ids.
std::string markdown_code(std::string_view text, std::size_t limit);

}  // namespace smx
