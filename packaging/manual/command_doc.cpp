#include "packaging/manual/command_doc.h"

#include <CLI/CLI.hpp>

namespace smx::manual {
namespace {

/// The text between `open` and `close`, or nothing.
std::string between(const std::string& text, const std::string& open, char close) {
  const auto from = text.find(open);
  if (from == std::string::npos) return "";
  const auto begin = from + open.size();
  const auto end = text.rfind(close);
  return end == std::string::npos || end < begin ? "" : text.substr(begin, end - begin);
}

/// CLI11 tells of validators in the name of the type only: "TEXT:{piv,gids}", "UINT:INT in [1 - 64]".
void read_type(const std::string& type, ArgumentDoc& doc) {
  doc.value = type.substr(0, type.find(':'));
  if (doc.value == "INT" || doc.value == "UINT") doc.value = "NUMBER";
  doc.range = between(type, " in [", ']');
  if (const auto members = between(type, ":{", '}'); !members.empty())
    doc.choices = CLI::detail::split(members, ',');
}

ArgumentDoc describe(const CLI::Option& option) {
  ArgumentDoc doc;
  if (option.get_positional()) {
    doc.names = {option.get_name(true)};
  } else {
    for (const auto& name : option.get_snames()) doc.names.push_back("-" + name);
    for (const auto& name : option.get_lnames()) doc.names.push_back("--" + name);
  }
  if (option.get_items_expected_max() > 0) read_type(option.get_type_name(), doc);
  doc.description = option.get_description();
  doc.default_value = option.get_default_str();
  // A list is "[a,b]", and one with nothing in it is not a default.
  if (const auto list = doc.default_value; list.starts_with('[') && list.ends_with(']'))
    doc.default_value = list.substr(1, list.size() - 2);
  doc.required = option.get_required();
  doc.repeatable = option.get_items_expected_max() > 1;
  return doc;
}

CommandDoc describe_below(const CLI::App& app, std::vector<std::string> path) {
  CommandDoc doc;
  doc.path = std::move(path);
  doc.path.push_back(app.get_name());
  doc.description = app.get_description();
  for (const auto* option : app.get_options()) {
    if (option->get_group().empty()) continue;
    (option->get_positional() ? doc.positionals : doc.options).push_back(describe(*option));
  }
  for (const auto* command : app.get_subcommands(nullptr))
    if (!command->get_group().empty()) doc.commands.push_back(describe_below(*command, doc.path));
  return doc;
}

}  // namespace

CommandDoc describe(const CLI::App& app) {
  return describe_below(app, {});
}

}  // namespace smx::manual
