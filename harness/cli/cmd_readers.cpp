#include <CLI/CLI.hpp>
#include <iostream>
#include <nlohmann/json.hpp>

#include "harness/app/reader_list.h"
#include "harness/cli/session.h"

namespace smx::cli {

void add_card_readers(CLI::App& card) {
  auto json = std::make_shared<bool>(false);
  auto* command = card.add_subcommand(
      "readers",
      "List the readers of this host: how a matrix names them (\"device\"), and whether it can have them");
  command->add_flag("--json", *json, "Write them as JSON");
  command->callback([json] {
    const auto list = app::list_readers();
    if (*json)
      std::cout << to_json(list).dump(2) << "\n";
    else
      std::cout << app::reader_table(list);
  });
}

}  // namespace smx::cli
