#include "packaging/manual/bash_completion.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>

namespace smx::manual {
namespace {

// The script asks its table "COMMAND/of what": "card create/options". The answer is words, or @file, or
// @none, or nothing.
constexpr const char* kScript =
    R"sh(# Completion of {program} for bash, made from the program's own command line.

{function}_table() {{
  case $1 in
{table}  esac
}}

{function}() {{
  local command='' word known place=0 value='' i
  COMPREPLY=()
  # Where COMP_WORDBREAKS has a "=", bash makes three words of --option=value.
  for ((i = 1; i < COMP_CWORD; i++)); do
    word=${{COMP_WORDS[i]}}
    [ "$word" != '=' ] || continue
    if [ -n "$value" ]; then
      value=''
    elif [ "${{word#-}}" != "$word" ]; then
      value=$({function}_table "$command/value $word")
    elif known=" $({function}_table "$command/commands") "; [ "${{known#* "$word" }}" != "$known" ]; then
      command=${{command:+$command }}$word place=0
    else
      place=$((place + 1))
    fi
  done
  word=${{COMP_WORDS[COMP_CWORD]}}
  [ "$word" != '=' ] || word=''
  if [ -n "$value" ]; then
    known=$value
  elif [ "${{word#-}}" != "$word" ]; then
    known=$({function}_table "$command/options")
  else
    known=$({function}_table "$command/place $place")
    [ -n "$known" ] || known=$({function}_table "$command/place +") # the last one may stand repeatedly
    [ "$place" != 0 ] || known="$({function}_table "$command/commands") $known"
  fi
  if [ "${{known%@file}}" != "$known" ]; then
    compopt -o filenames 2>/dev/null
    mapfile -t COMPREPLY < <(compgen -f -- "$word")
  fi
  known=${{known%@*}}
  mapfile -t -O "${{#COMPREPLY[@]}}" COMPREPLY < <(compgen -W "$known" -- "$word")
}}

complete -F {function} {program}
)sh";

/// Files where a value can be one; nothing where a guess would be noise.
std::string values(const ArgumentDoc& argument) {
  if (!argument.choices.empty()) return fmt::format("{}", fmt::join(argument.choices, " "));
  constexpr std::array kNoFiles{"NUMBER", "NAME", "GLOB", "DATE", "REFERENCE"};
  return std::find(kNoFiles.begin(), kNoFiles.end(), argument.value) == kNoFiles.end() ? "@file" : "@none";
}

/// In single quotes, for the shell.
std::string quoted(const std::string& text) {
  std::string result = "'";
  for (const char c : text) result += c == '\'' ? "'\\''" : std::string(1, c);
  return result + "'";
}

std::string entry(const std::string& key, const std::string& answer) {
  return answer.empty() ? "" : fmt::format("    {}) echo {} ;;\n", quoted(key), quoted(answer));
}

std::string table(const CommandDoc& command, const CommandDoc& program) {
  // Without the program's name, which may be typed with a path.
  const auto path = fmt::format("{}", fmt::join(command.path.begin() + 1, command.path.end(), " "));
  std::string text, names, commands;
  auto options = command.options;
  if (command.path != program.path)
    for (const auto& option : program.options)
      if (option.names.back() == "--verbose") options.push_back(option);  // every command takes it
  for (const auto& option : options)
    for (const auto& name : option.names) {
      names += (names.empty() ? "" : " ") + name;
      if (!option.value.empty()) text += entry(path + "/value " + name, values(option));
    }
  for (std::size_t i = 0; i < command.positionals.size(); ++i) {
    text += entry(fmt::format("{}/place {}", path, i), values(command.positionals[i]));
    if (command.positionals[i].repeatable) text += entry(path + "/place +", values(command.positionals[i]));
  }
  for (const auto& below : command.commands) commands += (commands.empty() ? "" : " ") + below.path.back();
  text = entry(path + "/commands", commands) + entry(path + "/options", names) + text;
  for (const auto& below : command.commands) text += table(below, program);
  return text;
}

}  // namespace

std::string bash_completion(const CommandDoc& program) {
  const auto& name = program.path.front();
  auto function = "_" + name;
  std::replace_if(
      function.begin(), function.end(), [](unsigned char c) { return std::isalnum(c) == 0; }, '_');
  return fmt::format(kScript, fmt::arg("program", name), fmt::arg("function", function),
                     fmt::arg("table", table(program, program)));
}

}  // namespace smx::manual
