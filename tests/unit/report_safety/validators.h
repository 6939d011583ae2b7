#pragma once

#include <string>
#include <string_view>

// Judges of reports that share nothing with the code that writes them. Each says what is wrong, in one line,
// or nothing. `harmless` is the same report of the same run with harmless text: what a report is made of must
// not depend on what guests say.

namespace smx::testing {

/// Well-formed (glibc's iconv).
std::string utf8_problem(const std::string& text);
/// UTF-8 without anything a terminal obeys or that is not seen, but for newlines and the colours that the
/// program itself sets; `live`: and what it draws in place with. No line is a command for GitHub's or Azure's
/// runner.
std::string terminal_problem(const std::string& text, bool live);
/// Every line is an annotation, and nothing else (as GitHub's runner reads lines).
std::string github_problem(const std::string& text, const std::string& harmless);
/// Strict JSON (nlohmann_json) with the keys of `harmless` and nothing unseen in the document itself.
std::string json_problem(const std::string& text, const std::string& harmless);
/// XML by pugixml, and by xmllint where it is installed, with the elements and attributes of `harmless`.
std::string xml_problem(const std::string& text, const std::string& harmless);
/// HTML by html5lib: the elements and attributes of `harmless`, no others than the page's own, links into the
/// page and to evidence only, nothing that runs.
std::string html_problem(const std::string& text, const std::string& harmless);
/// GitHub's Markdown by cmark-gfm: the blocks and spans of `harmless`, no link, image or HTML, and outside of
/// code nothing that is looked up (@name, #1).
std::string markdown_problem(const std::string& text, const std::string& harmless);

/// Why html_problem and markdown_problem cannot judge here; empty when they can.
std::string html_judge_missing();
std::string markdown_judge_missing();

}  // namespace smx::testing
