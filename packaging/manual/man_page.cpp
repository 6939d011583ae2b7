#include "packaging/manual/man_page.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

namespace smx::manual {
namespace {

std::string joined(const std::vector<std::string>& words, const char* with) {
  return fmt::format("{}", fmt::join(words, with));
}

std::string bold(const std::string& text) {
  return "\\fB" + man_text(text) + "\\fR";
}

std::string italic(const std::string& text) {
  return "\\fI" + man_text(text) + "\\fR";
}

/// "Run a matrix" of "Run a matrix; then ...": what whatis shows has one line.
std::string first_words(const std::string& description) {
  auto text = description.substr(0, std::min(description.find("; "), description.find(". ")));
  if (text.size() > 80) text = text.substr(0, text.find(": "));
  if (!text.empty() && text.back() == '.') text.pop_back();
  return text;
}

/// "--key rsa2048|p256", "-o, --output FILE"
std::string label(const ArgumentDoc& argument) {
  std::string names;
  for (const auto& name : argument.names) names += (names.empty() ? "" : ", ") + bold(name);
  if (argument.value.empty()) return names;
  std::string choices;
  for (const auto& choice : argument.choices) choices += (choices.empty() ? "" : "|") + bold(choice);
  return names + " " + (choices.empty() ? italic(argument.value) : choices) +
         (argument.repeatable ? "..." : "");
}

std::string positional(const ArgumentDoc& argument) {
  const auto name = italic(argument.names.front()) + (argument.repeatable ? "..." : "");
  return argument.required ? name : "[" + name + "]";
}

std::string explanation(const ArgumentDoc& argument) {
  auto text = man_text(argument.description);
  const auto add = [&](const std::string& more) { text += (text.empty() ? "" : ". ") + more; };
  if (const auto to = argument.range.find(" - "); to != std::string::npos)
    add(man_text("From " + argument.range.substr(0, to) + " to " + argument.range.substr(to + 3)));
  if (!argument.default_value.empty()) add("Default: " + bold(argument.default_value));
  return text + ".\n";
}

std::string arguments(const char* title, const std::vector<ArgumentDoc>& all, bool positionals) {
  if (all.empty()) return "";
  std::string page = fmt::format(".SH {}\n", title);
  for (const auto& argument : all) {
    const bool choices = positionals && !argument.choices.empty();
    page += ".TP\n" + (positionals ? italic(argument.names.front()) : label(argument)) + "\n";
    page += (choices ? "One of " + bold(joined(argument.choices, ", ")) + ". " : "") + explanation(argument);
  }
  return page;
}

std::string synopsis(const CommandDoc& command) {
  auto page = ".SH SYNOPSIS\n" + bold(joined(command.path, " "));
  for (const auto& option : command.options)
    if (option.required) page += " " + label(option);
  page += " [" + italic("OPTION") + "...]";
  for (const auto& argument : command.positionals) page += " " + positional(argument);
  if (!command.commands.empty())
    page += command.positionals.empty() && command.options.size() <= 2 ? " " + italic("COMMAND") + " ..."
                                                                       : " [" + italic("COMMAND") + " ...]";
  return page + "\n";
}

std::string commands(const CommandDoc& command) {
  if (command.commands.empty()) return "";
  std::string page = ".SH COMMANDS\n";
  for (const auto& below : command.commands)
    page += ".TP\n" + bold(page_name(below)) + "(1)\n" + man_text(below.description) + ".\n";
  return page;
}

std::string see_also(const CommandDoc& command, const CommandDoc& program) {
  if (command.path == program.path) return "";
  CommandDoc parent;
  parent.path.assign(command.path.begin(), command.path.end() - 1);
  return ".SH SEE ALSO\n" + bold(page_name(parent)) + "(1)\n";
}

}  // namespace

std::string man_text(const std::string& text) {
  const bool paired = std::count(text.begin(), text.end(), '`') % 2 == 0;
  std::string shown;
  bool in_code = false, line_begins = true;
  for (const char c : text) {
    // A line that began with one of these would be a request.
    if (line_begins && (c == '.' || c == '\'')) shown += "\\&";
    line_begins = false;
    switch (c) {
      case '\\': shown += "\\e"; break;
      case '-': shown += "\\-"; break;
      case '\'': shown += "\\(aq"; break;
      case '^': shown += "\\(ha"; break;
      case '~': shown += "\\(ti"; break;
      case '`':
        if (paired) {
          in_code = !in_code;
          shown += in_code ? "\\fB" : "\\fR";
        } else {
          shown += "\\(ga";
        }
        break;
      case '\n':
        shown += '\n';
        line_begins = true;
        break;
      default: shown += c;
    }
  }
  return shown;
}

std::string page_name(const CommandDoc& command) {
  return joined(command.path, "-");
}

std::string man_page(const CommandDoc& command, const CommandDoc& program, const ManualText& text) {
  const bool first = command.path == program.path;
  auto title = page_name(command);
  std::transform(title.begin(), title.end(), title.begin(),
                 [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  auto page = fmt::format(".TH \"{}\" 1 \"\" \"{} {}\" \"User Commands\"\n.ad l\n.nh\n.SH NAME\n{} \\- {}\n",
                          man_text(title), man_text(program.path.front()), man_text(text.version),
                          man_text(page_name(command)), man_text(first_words(command.description)));
  auto options = command.options;
  if (!first)
    for (const auto& option : program.options)
      // Of the program alone: its version. Of every command: its own help.
      if (const auto& name = option.names.back(); name != "--version" && name != "--help")
        options.push_back(option);
  page += synopsis(command) + ".SH DESCRIPTION\n" + man_text(command.description) +
          (command.description.ends_with('.') ? "\n" : ".\n") +
          arguments("ARGUMENTS", command.positionals, true) + commands(command) +
          arguments("OPTIONS", options, false);
  if (first)
    page += ".SH EXIT STATUS\nThe first that applies:\n.PP\n.nf\n" + man_text(text.exit_codes) +
            "\n.fi\n.SH FILES\n" + man_text(text.files) + "\n";
  return page + see_also(command, program);
}

}  // namespace smx::manual
