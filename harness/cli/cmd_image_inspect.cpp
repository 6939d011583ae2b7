#include <CLI/CLI.hpp>
#include <iostream>
#include <nlohmann/json.hpp>

#include "harness/cli/inspection_text.h"
#include "harness/cli/session.h"
#include "harness/core/error.h"
#include "scenarios/prediction/predict.h"
#include "scenarios/prediction/rows.h"
#include "vm/windows/offline_windows.h"

namespace smx::cli {
namespace {

constexpr auto kInspectFooter = R"(
Reads the registry and the boot entry in the image; boots nothing, changes nothing, needs no root. IMAGE is a qcow2 file
that no machine runs from. The predictions follow from what each row needs and what each mode starts; an observation
always counts more. docs/windows-images.md tells the fields of --json.)";

}  // namespace

void add_image_inspect(CLI::App& image, Session& session) {
  struct Arguments {
    std::string image;
    std::vector<std::string> modes = {"safe-networking"};
    bool json = false;
  };
  auto args = std::make_shared<Arguments>();
  auto* command = image.add_subcommand(
      "inspect",
      "Tell of the Windows in an image: version, boot entry, Safe Mode, and what each row can expect");
  command->footer(kInspectFooter);
  command->add_option("IMAGE", args->image, "The image: a qcow2 file, golden or overlay")->required();
  command->add_option("--mode", args->modes, "Predict for this mode; may be given several times")
      ->check(CLI::IsMember({"normal", "safe-networking", "safe-minimal", "safe-command-prompt"}))
      ->capture_default_str();
  command->add_flag("--json", args->json, "Write everything as JSON");
  command->callback([args, &session] {
    vm::OfflineWindows windows(args->image, vm::OfflineWindows::Access::read, session.cancel);
    const auto found = windows.inspect(services_of_interest());
    auto json = to_json(found);
    auto predicted = nlohmann::json::array();
    auto text = inspection_text(found);
    for (const auto& word : args->modes) {
      const auto mode = parse_boot_mode(word);
      if (!mode) throw Error(ErrorKind::internal, "a boot mode that cannot be read");
      const auto all = predict_all(found, *mode);
      for (const auto& p : all) predicted.push_back(to_json(p));
      text += prediction_text(*mode, all);
    }
    json["predictions"] = predicted;
    std::cout << (args->json ? json.dump(2) + "\n" : text);
  });
}

}  // namespace smx::cli
