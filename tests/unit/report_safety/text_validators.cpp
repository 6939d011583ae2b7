#include <fmt/format.h>
#include <iconv.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <optional>
#include <regex>
#include <sstream>

#include "tests/unit/report_safety/validators.h"

namespace smx::testing {
namespace {

std::optional<std::u32string> decoded(const std::string& text) {
  const auto converter = iconv_open("UTF-32LE", "UTF-8");
  std::u32string out(text.size(), U'\0');
  auto* from = const_cast<char*>(text.data());
  auto* to = reinterpret_cast<char*>(out.data());
  std::size_t left = text.size(), room = out.size() * sizeof(char32_t);
  const auto done = iconv(converter, &from, &left, &to, &room);
  iconv_close(converter);
  if (done == static_cast<std::size_t>(-1)) return std::nullopt;
  out.resize(out.size() - room / sizeof(char32_t));
  return out;
}

/// Controls, C1, marks and overrides of direction, spaces of no width, tags.
bool is_hidden(char32_t c) {
  return c < 0x20 || (c >= 0x7F && c < 0xA0) || c == 0xAD || c == 0x61C || c == 0x180E ||
         (c >= 0x200B && c <= 0x200F) || (c >= 0x2028 && c <= 0x202E) || (c >= 0x2060 && c <= 0x206F) ||
         c == 0xFEFF || (c >= 0xE0000 && c <= 0xE0FFF);
}

std::vector<std::string> lines(const std::string& text) {
  std::vector<std::string> all;
  std::string line;
  for (const char c : text) {
    if (c == '\n' || c == '\r') {
      all.push_back(std::move(line));
      line.clear();
    } else {
      line += c;
    }
  }
  all.push_back(line);
  return all;
}

/// As ActionCommand.TryParse of GitHub's runner does it: the new form first, then the old one.
std::optional<std::string> command_of(const std::string& line) {
  const auto begin = line.find_first_not_of(" \t\v\f");
  if (begin != std::string::npos && line.compare(begin, 2, "::") == 0) {
    const auto end = line.find("::", begin + 2);
    if (end != std::string::npos && end > begin + 2) return line.substr(begin + 2, end - begin - 2);
  }
  static const std::regex old(R"(##(vso)?\[[^\]]+\]|##teamcity\[)");
  std::smatch found;
  if (std::regex_search(line, found, old)) return found.str();
  return std::nullopt;
}

/// Of JSON: keys, and kinds of values, by their place.
void shape(const nlohmann::json& value, const std::string& place, std::string& out) {
  out += place + " " + value.type_name() + "\n";
  if (value.is_object())
    for (const auto& [key, part] : value.items()) shape(part, place + "/" + key, out);
  if (value.is_array())
    for (const auto& part : value) shape(part, place + "/-", out);
}

}  // namespace

std::string utf8_problem(const std::string& text) {
  return decoded(text) ? "" : "is no UTF-8";
}

std::string terminal_problem(const std::string& text, bool live) {
  // Colours and drawing in place that the program itself writes; what is left must be text.
  static const std::regex colours("\x1b\\[(0|1|32|1;31|33|90)m");
  static const std::regex drawing("\x1b\\[([0-9]{1,3}A|K|J)|\r");
  auto rest = std::regex_replace(text, colours, "");
  if (live) rest = std::regex_replace(rest, drawing, "");
  const auto characters = decoded(rest);
  if (!characters) return "is no UTF-8";
  for (const auto c : *characters)
    if (is_hidden(c) && c != '\n') return fmt::format("holds U+{:04X}", static_cast<unsigned>(c));
  for (const auto& line : lines(rest))
    if (const auto command = command_of(line)) return "a line is a command for the CI system: " + *command;
  return "";
}

std::string github_problem(const std::string& text, const std::string& harmless) {
  if (const auto problem = utf8_problem(text); !problem.empty()) return problem;
  const auto kinds_of = [](const std::string& report, std::string& problem) {
    static const std::regex command(
        "::(error|warning|notice) title=([^:,%]|%25|%3A|%2C)*,file=([^:,%]|%25|%3A|%2C)*"
        "::([^%]|%25|%0A)*");
    std::string kinds;
    auto all = lines(report);
    if (all.back() != "") problem = "the last line does not end";
    all.pop_back();
    for (const auto& line : all) {
      // std::regex recurses for each character: long lines are matched in what stands before the message
      // only.
      const auto head_end = line.find("::", 2);
      const bool sound = head_end != std::string::npos &&
                         std::regex_match(line.substr(0, head_end + 2), command) &&
                         !std::regex_search(line.substr(head_end), std::regex("%(?!25|0A|0D)"));
      const auto name = command_of(line);
      if (!sound || !name) problem = "no annotation: " + line.substr(0, 100);
      if (line.find("##[") != std::string::npos) problem = "holds a command of the old form";
      if (name) kinds += name->substr(0, name->find(' ')) + "\n";
    }
    return kinds;
  };
  std::string problem, ignored;
  const auto kinds = kinds_of(text, problem);
  if (!problem.empty()) return problem;
  return kinds == kinds_of(harmless, ignored) ? "" : "has other commands than with harmless text";
}

std::string json_problem(const std::string& text, const std::string& harmless) {
  const auto characters = decoded(text);
  if (!characters) return "is no UTF-8";
  for (const auto c : *characters)
    if (is_hidden(c) && c != '\n') return fmt::format("holds U+{:04X}", static_cast<unsigned>(c));
  const auto value = nlohmann::json::parse(text, nullptr, false);
  if (value.is_discarded()) return "is no JSON";
  std::string found, expected;
  shape(value, "", found), shape(nlohmann::json::parse(harmless), "", expected);
  return found == expected ? "" : "has other keys than with harmless text";
}

}  // namespace smx::testing
