#pragma once

#include <string>
#include <vector>

namespace CLI {
class App;
}

// What the command line says of itself, read out of its parser, so that manual pages and completion cannot
// say anything else.
//
//   CLI::App --describe--> CommandDoc --man_page--> safemode-matrix-run.1
//                                     --bash_completion--> completions/safemode-matrix

namespace smx::manual {

/// An option, a flag or a positional argument.
struct ArgumentDoc {
  std::vector<std::string> names;    ///< "-o", "--output"; of a positional one its name, "MATRIX"
  std::string value;                 ///< what stands for its value: "FILE"; empty: a flag
  std::vector<std::string> choices;  ///< the only values there are; empty: any
  std::string range;                 ///< "1 - 64"; empty: any
  std::string description;
  std::string default_value;
  bool required = false;
  bool repeatable = false;
  bool operator==(const ArgumentDoc&) const = default;
};

struct CommandDoc {
  std::vector<std::string> path;  ///< "safemode-matrix", "card", "create"
  std::string description;
  std::vector<ArgumentDoc> options, positionals;
  std::vector<CommandDoc> commands;
  bool operator==(const CommandDoc&) const = default;
};

/// The whole tree below `app`. What has an empty group is hidden, there as in the help.
CommandDoc describe(const CLI::App& app);

}  // namespace smx::manual
