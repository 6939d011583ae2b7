#include <fmt/format.h>

#include <algorithm>
#include <pugixml.hpp>
#include <regex>
#include <set>
#include <sstream>

#include "harness/core/process.h"
#include "tests/unit/report_safety/validators.h"

namespace smx::testing {
namespace {

/// Every element the page has by itself.
const std::set<std::string> kPageElements = {
    "html",  "head",    "meta",  "title", "style", "body", "a",       "header", "p",       "h1",
    "div",   "span",    "ul",    "li",    "b",     "main", "section", "h2",     "h3",      "h4",
    "table", "caption", "thead", "tbody", "tr",    "th",   "td",      "small",  "details", "summary",
    "dl",    "dt",      "dd",    "code",  "pre",   "i",    "footer",  "script"};

CommandResult told(std::vector<std::string> argv, const std::string& input) {
  Command c;
  c.argv = std::move(argv);
  c.input = input;
  c.time_limit = std::chrono::seconds(200);
  return run_command(c);
}

/// Debian's Python, which has its packages, whatever else is in PATH.
CommandResult html_structure(const std::string& page) {
  return told({"/usr/bin/python3", SMX_SOURCE_DIR "/tests/unit/report_safety/html_structure.py"}, page);
}

void add_elements(const pugi::xml_node& node, std::string& out) {
  for (const auto& child : node.children()) {
    // Neighbouring texts are one: where a parser splits them says nothing.
    const std::string text = "text\n";
    const std::string name = child.type() == pugi::node_element ? child.name() : "#";
    if (name == "text" && out.ends_with(text)) continue;
    out += name;
    for (const auto& attribute : child.attributes()) out += std::string(" ") + attribute.name();
    out += "\n";
    if (child.type() == pugi::node_element) {
      add_elements(child, out);
      out += "/" + name + "\n";
    }
  }
}

std::string first_difference(const std::string& found, const std::string& expected) {
  std::istringstream a(found), b(expected);
  std::string x, y;
  for (int line = 1;; ++line) {
    const bool more_a = !!std::getline(a, x), more_b = !!std::getline(b, y);
    if (!more_a && !more_b) return "";
    if (!more_a || !more_b || x != y)
      return fmt::format("differs at element {}: \"{}\" where harmless text has \"{}\"", line,
                         more_a ? x : "", more_b ? y : "");
  }
}

std::string cmark_xml(const std::string& markdown) {
  return told(
             {"cmark-gfm", "--unsafe", "-e", "table", "-e", "autolink", "-e", "strikethrough", "--to", "xml"},
             markdown)
      .out;
}

/// Elements of cmark's tree; problems with any text outside of code.
std::string markdown_elements(const std::string& markdown, std::string& problem) {
  pugi::xml_document document;
  if (!document.load_string(cmark_xml(markdown).c_str())) {
    problem = "cmark's tree cannot be read";
    return "";
  }
  static const std::regex looked_up(R"([@#!~$&%^][A-Za-z0-9]|[A-Za-z]-[0-9]|www\.|://|:[a-z]+:|[0-9a-f]{7})");
  for (const auto& found : document.select_nodes("//text"))
    if (std::regex_search(found.node().child_value(), looked_up))
      problem = std::string("outside of code: ") + found.node().child_value();
  for (const auto* name : {"link", "image", "html_inline", "html_block", "code_block", "strikethrough"})
    if (document.select_node((std::string("//") + name).c_str())) problem = std::string("has a ") + name;
  std::string out;
  add_elements(document, out);
  return out;
}

}  // namespace

std::string xml_problem(const std::string& text, const std::string& harmless) {
  if (const auto problem = utf8_problem(text); !problem.empty()) return problem;
  pugi::xml_document document, expected;
  const auto result = document.load_buffer(text.data(), text.size(), pugi::parse_full);
  if (!result) return std::string("pugixml: ") + result.description();
  expected.load_string(harmless.c_str(), pugi::parse_full);
  if (find_program("xmllint")) {
    const auto lint = told({"xmllint", "--noout", "--nonet", "--huge", "-"}, text);
    if (!lint.ok()) return "xmllint: " + lint.err.substr(0, 200);
  }
  std::string found, wanted;
  add_elements(document, found), add_elements(expected, wanted);
  return first_difference(found, wanted);
}

std::string html_problem(const std::string& text, const std::string& harmless) {
  const auto found = html_structure(text), expected = html_structure(harmless);
  if (!found.ok()) return "html5lib: " + found.err;
  std::istringstream in(found.out);
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with("!")) return line;
    if (line.starts_with("forgiven ")) return line;
    if (!kPageElements.contains(line.substr(0, line.find(' ')))) return "has the element " + line;
  }
  return first_difference(found.out, expected.out);
}

std::string markdown_problem(const std::string& text, const std::string& harmless) {
  if (const auto problem = utf8_problem(text); !problem.empty()) return problem;
  std::string problem, ignored;
  const auto found = markdown_elements(text, problem);
  if (!problem.empty()) return problem;
  return first_difference(found, markdown_elements(harmless, ignored));
}

std::string html_judge_missing() {
  return told({"/usr/bin/env", "/usr/bin/python3", "-c", "import html5lib"}, "").ok()
             ? ""
             : "python3-html5lib is not installed";
}

std::string markdown_judge_missing() {
  return find_program("cmark-gfm") ? "" : "cmark-gfm is not installed";
}

}  // namespace smx::testing
