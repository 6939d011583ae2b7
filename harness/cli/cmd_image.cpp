#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <iostream>
#include <nlohmann/json.hpp>

#include "harness/cli/session.h"
#include "harness/core/error.h"
#include "harness/core/files.h"
#include "harness/core/model/model_json.h"
#include "harness/core/text.h"
#include "vm/image/reference_image_names.h"
#include "vm/image/reference_images.h"

namespace smx::cli {
namespace {

vm::ImageStore store() {
  return vm::ImageStore(cache_home() / "images");
}

double mebibytes(std::uint64_t bytes) {
  return static_cast<double>(bytes) / (1u << 20);
}

void add_build(CLI::App& parent, Session& session) {
  auto name = std::make_shared<std::string>();
  auto* command = parent.add_subcommand(
      "build", "Build an image from Debian packages, without root; reused when nothing changed");
  command->add_option("NAME", *name, "The image: reference-linux or reference-wine")
      ->required()
      ->check(CLI::IsMember(vm::reference_image_names()));
  command->callback([name, &session] {
    const auto built = vm::build_reference_image(
        *name, [](const std::string& line) { std::cerr << line << "\n"; }, session.cancel);
    const auto& manifest = built.image.manifest;
    fmt::print("{} {}/{}: kernel {}, {}, disk {:.0f} MiB\n{}\n", built.reused ? "up to date:" : "built",
               manifest.name, manifest.key, manifest.kernel_release,
               plural(manifest.packages.size(), "package"), mebibytes(manifest.disk_size),
               built.image.folder.string());
  });
}

void add_list(CLI::App& parent) {
  auto json = std::make_shared<bool>(false);
  auto* command = parent.add_subcommand("list", "List the images that are built, newest first");
  command->add_flag("--json", *json, "Write the list as JSON");
  command->callback([json] {
    auto list = nlohmann::json::array();
    for (const auto& image : store().list()) {
      const auto& m = image.manifest;
      list.push_back({{"name", m.name},
                      {"key", m.key},
                      {"built", iso8601(m.built)},
                      {"kernel", m.kernel_release},
                      {"folder", image.folder.string()}});
      if (!*json) fmt::print("{}/{}  {}  kernel {}\n", m.name, m.key, iso8601(m.built), m.kernel_release);
    }
    if (*json)
      std::cout << list.dump(2) << "\n";
    else if (list.empty())
      fmt::print("no image is built yet; `safemode-matrix image build NAME` builds one\n");
  });
}

void add_remove(CLI::App& parent) {
  auto name = std::make_shared<std::string>();
  auto* command = parent.add_subcommand("remove", "Remove an image");
  command->add_option("IMAGE", *name, "NAME/KEY, as `image list` shows it")->required();
  command->callback([name] {
    const auto slash = name->find('/');
    if (slash == std::string::npos)
      throw Error(ErrorKind::usage, "\"" + *name + "\" is not NAME/KEY; `image list` shows them");
    store().remove(name->substr(0, slash), name->substr(slash + 1));
    fmt::print("removed {}\n", *name);
  });
}

}  // namespace

void add_image(CLI::App& app, Session& session) {
  auto* command =
      app.add_subcommand("image", "Images of target machines: build, list, remove, prepare, inspect");
  command->require_subcommand(1);
  add_build(*command, session);
  add_list(*command);
  add_image_inspect(*command, session);
  add_remove(*command);
  add_image_prepare(*command, session);
}

}  // namespace smx::cli
