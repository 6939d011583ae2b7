#include "harness/prepare/windows_manifest.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "harness/core/error.h"
#include "harness/core/files.h"
#include "harness/core/model/model_json.h"

namespace smx::prepare {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr int kFormat = 1;

json to_json(const vm::WindowsMachine& m) {
  return {{"firmware", m.hardware.firmware == vm::Hardware::Firmware::uefi ? "uefi" : "bios"},
          {"disk", m.hardware.disk},
          {"network", m.hardware.network},
          {"usb", m.hardware.usb},
          {"memory_mib", m.memory_mib},
          {"vcpus", m.vcpus}};
}

vm::WindowsMachine machine_of(const json& j) {
  vm::WindowsMachine m;
  m.hardware.firmware = j.at("firmware").get<std::string>() == "uefi" ? vm::Hardware::Firmware::uefi
                                                                      : vm::Hardware::Firmware::bios;
  m.hardware.disk = j.at("disk");
  m.hardware.network = j.at("network");
  m.hardware.usb = j.at("usb");
  m.memory_mib = j.at("memory_mib");
  m.vcpus = j.at("vcpus");
  return m;
}

void check_file(const fs::path& file, std::uint64_t size, const char* what, const fs::path& image) {
  std::error_code error;
  const auto now = fs::file_size(file, error);
  if (error)
    throw Error(ErrorKind::usage,
                fmt::format("the {} {} of the image {} is not there: {}; put it back, or prepare the "
                            "image again",
                            what, file.string(), image.string(), error.message()));
  if (now != size)
    throw Error(
        ErrorKind::usage,
        fmt::format(
            "the {} {} of the image {} has changed since it was prepared ({} bytes then, {} now); prepare "
            "the image again",
            what, file.string(), image.string(), size, now));
}

}  // namespace

fs::path manifest_path(const fs::path& image) {
  return image.string() + ".manifest.json";
}

std::string manifest_text(const WindowsManifest& m) {
  const json j = {
      {"format", kFormat},
      {"kind", "windows"},
      {"source", {{"path", m.source.string()}, {"size", m.source_size}, {"sha256", m.source_sha256}}},
      {"disk", {{"size", m.disk_size}, {"sha256", m.disk_sha256}}},
      {"machine", to_json(m.machine)},
      {"inspection", smx::to_json(m.inspection)},
      {"inventory", json::parse(m.inventory.empty() ? "{}" : m.inventory)},
      {"agent_sha256", m.agent_sha256},
      {"harness_version", m.harness_version},
      {"prepared", iso8601(m.prepared)}};
  return j.dump(2) + "\n";
}

WindowsManifest parse_windows_manifest(std::string_view text, const fs::path& file) try {
  const auto j = json::parse(text);
  if (j.at("format") != kFormat || j.at("kind") != "windows")
    throw Error(ErrorKind::usage, file.string() + ": this is not a manifest of a prepared Windows image");
  WindowsManifest m;
  m.source = j.at("source").at("path").get<std::string>();
  m.source_size = j.at("source").at("size");
  m.source_sha256 = j.at("source").at("sha256");
  m.disk_size = j.at("disk").at("size");
  m.disk_sha256 = j.at("disk").at("sha256");
  m.machine = machine_of(j.at("machine"));
  m.inspection = windows_inspection_from_json(j.at("inspection"));
  m.inventory = j.at("inventory").dump();
  m.agent_sha256 = j.at("agent_sha256");
  m.harness_version = j.at("harness_version");
  m.prepared = parse_iso8601(j.at("prepared").get<std::string>());
  return m;
} catch (const json::exception& e) {
  throw Error(ErrorKind::usage,
              fmt::format("{}: the image's manifest is damaged ({}); prepare the image again", file.string(),
                          e.what()));
}

WindowsManifest load_windows_manifest(const fs::path& image) {
  const auto file = manifest_path(image);
  std::error_code error;
  if (!fs::exists(file, error))
    throw Error(ErrorKind::usage,
                fmt::format("{} is not a prepared image: {} is not there; make one from a Windows image with "
                            "`safemode-matrix image prepare SOURCE {}`",
                            image.string(), file.string(), image.string()));
  const auto m = parse_windows_manifest(read_file(file), file);
  check_file(m.source, m.source_size, "source", image);
  check_file(image, m.disk_size, "overlay", image);
  if ((fs::status(image).permissions() &
       (fs::perms::owner_write | fs::perms::group_write | fs::perms::others_write)) != fs::perms::none)
    throw Error(ErrorKind::usage,
                image.string() + " can be written to, so its contents are not known; prepare it again");
  return m;
}

}  // namespace smx::prepare
