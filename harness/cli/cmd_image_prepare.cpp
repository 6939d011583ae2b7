#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <iostream>
#include <nlohmann/json.hpp>

#include "harness/app/lab_authority.h"
#include "harness/app/windows_tools.h"
#include "harness/cli/session.h"
#include "harness/core/error.h"
#include "harness/core/files.h"
#include "harness/core/version.h"
#include "harness/prepare/checklist.h"
#include "harness/prepare/windows_preparation.h"
#include "vm/hypervisor/libvirt_hypervisor.h"
#include "vm/reader/virtual_reader.h"

namespace smx::cli {
namespace {

namespace fs = std::filesystem;
using State = prepare::ChecklistItem::State;

struct PrepareArguments {
  std::string source, output, verify;
  std::string disk = "sata", network = "e1000e", usb, acceleration = "auto", uri = "qemu:///embed";
  unsigned memory_mib = 4096, vcpus = 2, boot_limit_s = 900;
  bool json = false;
};

void tell(const std::string& line) {
  std::cerr << line << "\n";
}

vm::WindowsMachine machine_for(const PrepareArguments& args, const WindowsInspection& windows) {
  vm::WindowsMachine machine;
  machine.hardware.firmware =
      windows.firmware == "uefi" ? vm::Hardware::Firmware::uefi : vm::Hardware::Firmware::bios;
  machine.hardware.disk = args.disk;
  machine.hardware.network = args.network;
  // Windows 7 brings no driver for xHCI.
  machine.hardware.usb = !args.usb.empty()                    ? args.usb
                         : windows.version.starts_with("6.1") ? "piix3-uhci"
                                                              : "qemu-xhci";
  machine.memory_mib = args.memory_mib;
  machine.vcpus = args.vcpus;
  return machine;
}

vm::LibvirtHypervisor open_hypervisor(const PrepareArguments& args) {
  vm::LibvirtOptions options;
  options.uri = args.uri;
  options.acceleration = vm::parse_acceleration(args.acceleration).value();
  options.run_token = "prepare";
  return vm::LibvirtHypervisor(std::move(options));
}

void prepare_image(const PrepareArguments& args, Session& session) {
  const auto tools = app::image_tools(session.cancel);
  const auto source = fs::absolute(args.source), output = fs::absolute(args.output);
  const auto windows = tools.inspect(source);
  const auto machine = machine_for(args, windows);
  const auto agent = app::windows_agent(windows);
  const TempDir sockets(runtime_home(), "prepare-");
  const auto ca = app::lab_authority();
  Card card;
  card.id = "card";
  const auto reader = vm::VirtualReaderProvider(ca).open({"virtual", ReaderKind::virtual_reader, card.id},
                                                         card, sockets.path());
  auto hypervisor = open_hypervisor(args);
  const vm::WindowsBoot strategy(machine, app::offline_mode_edit());
  prepare::Maintenance with{hypervisor, strategy, agent, session.cancel};
  with.progress = tell;
  with.boot_limit = std::chrono::seconds(args.boot_limit_s);
  with.picture = output.string() + ".trouble.png";
  const auto manifest =
      prepare::prepare_windows({source, output, machine, kVersion}, with, tools, *reader, SystemClock());
  fmt::print(
      "{}: {} {}, prepared; `safemode-matrix image prepare --verify {}` tells what only a first run can "
      "confirm\n",
      output.string(), manifest.inspection.product, manifest.inspection.version, args.output);
}

const char* mark_of(State state) {
  return state == State::holds ? "holds" : state == State::fails ? "FAILS" : "to be confirmed";
}

/// The hashes too: here is the time for them.
void add_hashes(std::vector<prepare::ChecklistItem>& items, const prepare::WindowsManifest& m,
                const fs::path& image) {
  tell("hashing the images");
  const bool same = sha256_file(image) == m.disk_sha256 && sha256_file(m.source) == m.source_sha256;
  items.insert(items.begin(),
               {"files-unchanged", "source and overlay are what they were when they were sealed",
                same ? State::holds : State::fails,
                same ? "" : "a hash differs from the manifest's: prepare the image again"});
}

int verify_image(const PrepareArguments& args, Session& session) {
  const auto tools = app::image_tools(session.cancel);
  const auto image = fs::absolute(args.verify);
  const auto manifest = prepare::load_windows_manifest(image);
  auto items = prepare::checklist(tools.inspect(image), tools.inspect(manifest.source));
  add_hashes(items, manifest, image);
  auto list = nlohmann::json::array();
  for (const auto& item : items) {
    list.push_back(
        {{"id", item.id}, {"words", item.words}, {"state", mark_of(item.state)}, {"detail", item.detail}});
    if (!args.json)
      fmt::print("{:<16} {}{}\n", mark_of(item.state), item.words,
                 item.detail.empty() ? "" : "\n                 " + item.detail);
  }
  if (args.json) std::cout << list.dump(2) << "\n";
  return prepare::failures(items).empty() ? 0 : 1;
}

}  // namespace

void add_image_prepare(CLI::App& image, Session& session) {
  auto args = std::make_shared<PrepareArguments>();
  auto* command = image.add_subcommand(
      "prepare",
      "Make a Windows image ready for a matrix: OUTPUT becomes a sealed overlay of SOURCE, with a manifest. "
      "SOURCE is a "
      "qcow2 with QEMU's guest agent installed, shut down; it is never written to (docs/windows-lab.md)");
  auto* source = command->add_option("SOURCE", args->source, "A stock Windows image, qcow2");
  command->add_option("OUTPUT", args->output, "The prepared image to make")->needs(source);
  auto* verify = command->add_option(
      "--verify", args->verify,
      "Walk through the checklist of a prepared image instead: what holds, what fails (exit "
      "code 1), and what only a first run on it can confirm");
  source->excludes(verify);
  command->add_option("--disk", args->disk, "Its bus: sata, or virtio when the image has the driver")
      ->capture_default_str()
      ->check(CLI::IsMember({"sata", "virtio"}));
  command->add_option("--network", args->network, "Its card: e1000e, or virtio when the image has the driver")
      ->capture_default_str()
      ->check(CLI::IsMember({"e1000e", "virtio"}));
  command
      ->add_option("--usb", args->usb, "Its controller (default: piix3-uhci for Windows 7, else qemu-xhci)")
      ->check(CLI::IsMember({"qemu-xhci", "piix3-uhci"}));
  command->add_option("--memory", args->memory_mib, "MiB")
      ->capture_default_str()
      ->check(CLI::Range(1024u, 65536u));
  command->add_option("--vcpus", args->vcpus, "Processors")
      ->capture_default_str()
      ->check(CLI::Range(1u, 16u));
  command
      ->add_option("--boot-limit", args->boot_limit_s, "Seconds from the start to the guest agent's answer")
      ->capture_default_str()
      ->check(CLI::Range(10u, 7200u));
  command->add_option("--accel", args->acceleration, "auto, kvm or tcg")
      ->capture_default_str()
      ->check(CLI::IsMember({"auto", "kvm", "tcg"}));
  command->add_option("--uri", args->uri, "qemu:///embed, qemu:///session or qemu:///system")
      ->capture_default_str();
  command->add_flag("--json", args->json, "With --verify: write the checklist as JSON");
  command->callback([args, &session] {
    if (!args->verify.empty()) {
      session.exit_code = verify_image(*args, session);
      return;
    }
    if (args->output.empty())
      throw Error(ErrorKind::usage,
                  "name the stock image and the image to make: `image prepare SOURCE OUTPUT`, or "
                  "`image prepare --verify IMAGE`");
    prepare_image(*args, session);
  });
}

}  // namespace smx::cli
