#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <iostream>
#include <nlohmann/json.hpp>

#include "harness/cli/session.h"
#include "harness/core/error.h"
#include "harness/core/text.h"
#include "vm/windows/offline_windows.h"

namespace smx::cli {
namespace {

constexpr auto kBootModeFooter = R"(
IMAGE is a qcow2 file that no machine runs from. The mode is kept in the image's own boot entry, so it stays until it
is set again. Needs no root, mounts nothing.

`set` takes overlays only; it refuses a Windows that is hibernated or has fast startup on, BitLocker, a boot partition
or a boot store that was not written to its end, and says what to do. A mode that is set already changes nothing.)";

const std::vector<std::string>& mode_names() {
  static const std::vector<std::string> names = {"normal", "safe-networking", "safe-minimal",
                                                 "safe-command-prompt"};
  return names;
}

void add_get(CLI::App& parent, Session& session) {
  struct Arguments {
    std::string image;
    bool json = false;
  };
  auto args = std::make_shared<Arguments>();
  auto* command = parent.add_subcommand("get", "Print the mode that the image's Windows boots into next");
  command->add_option("IMAGE", args->image, "The image: a qcow2 file, golden or overlay")->required();
  command->add_flag("--json", args->json, "Write the boot entry as JSON");
  command->callback([args, &session] {
    vm::OfflineWindows windows(args->image, vm::OfflineWindows::Access::read, session.cancel);
    const auto entry = windows.boot_entry();
    std::cout << (args->json ? to_json(entry).dump(2) : entry.mode_words) << "\n";
  });
}

void add_set(CLI::App& parent, Session& session) {
  struct Arguments {
    std::string image, mode;
  };
  auto args = std::make_shared<Arguments>();
  auto* command = parent.add_subcommand("set", "Set the mode that an overlay's Windows boots into next");
  command->add_option("IMAGE", args->image, "The overlay: a qcow2 file with a backing file")->required();
  command->add_option("MODE", args->mode, "The mode")->required()->check(CLI::IsMember(mode_names()));
  command->callback([args, &session] {
    const auto mode = parse_boot_mode(args->mode);
    if (!mode) throw Error(ErrorKind::internal, "a boot mode that cannot be read");
    vm::OfflineWindows windows(args->image, vm::OfflineWindows::Access::write, session.cancel);
    const bool changed = windows.set_mode(*mode);
    std::cout << args->image << (changed ? ": boots into " : ": boots into it already: ") << args->mode
              << "\n";
  });
}

}  // namespace

void add_boot_mode(CLI::App& app, Session& session) {
  auto* command = app.add_subcommand(
      "boot-mode", "The mode that the Windows in an image boots into, without booting it: get, set");
  command->require_subcommand(1);
  command->footer(kBootModeFooter);
  add_get(*command, session);
  add_set(*command, session);
}

}  // namespace smx::cli
