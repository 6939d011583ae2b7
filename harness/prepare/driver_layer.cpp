#include "harness/prepare/driver_layer.h"

#include <fmt/format.h>

#include <algorithm>
#include <regex>

#include "harness/core/error.h"
#include "harness/core/files.h"
#include "harness/core/text.h"
#include "harness/prepare/driver_package.h"
#include "harness/prepare/msi_package.h"
#include "vm/boot/bcdedit.h"
#include "vm/boot/windows_program.h"

namespace smx::prepare {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using namespace std::chrono_literals;
using vm::WindowsProgram;

constexpr const char* kFolder = "C:\\ProgramData\\safemode-matrix\\drivers";
constexpr Milliseconds kInstallLimit = 300s;
constexpr Milliseconds kInventoryLimit = 120s;
// pnputil's answers that are not errors: ERROR_NO_MORE_ITEMS (a better driver is there, or no device
// wants it: the inventory tells), ERROR_SUCCESS_REBOOT_REQUIRED; the guest is shut down next in any case.
const std::vector<int> kInstalled{0, 259, 3010};

void trust(vm::GuestChannel& channel, const std::string& file, bool self_signed) {
  for (const char* store : {"TrustedPublisher", "Root"})
    if (std::string_view(store) != "Root" || self_signed)
      vm::run_windows_program(channel, {"certutil.exe", {"-f", "-addstore", store, file}});
}

WindowsProgram installer(const std::string& inf, const std::string& windows) {
  // Windows 7 and 8 know the short options only, and Windows 10 both, but it calls those deprecated
  // (learn.microsoft.com, PnPUtil command syntax).
  if (windows.starts_with("6.")) return {"pnputil.exe", {"-i", "-a", inf}, kInstalled, kInstallLimit};
  return {"pnputil.exe", {"/add-driver", inf, "/install"}, kInstalled, kInstallLimit};
}

/// Puts the package's files into a folder of the guest, and trusts its publisher. The folder.
std::string upload_package(const DriverPackage& package, std::size_t number, vm::GuestChannel& channel) {
  const auto folder = fmt::format("{}\\{}", kFolder, number);
  vm::run_windows_program(channel, {"cmd.exe", {"/c", "mkdir", folder}});
  for (const auto& file : package_files(package))
    channel.put_file(folder + "\\" + file.name, file.bytes, 0644);
  if (package.certificate.empty()) return folder;
  const auto certificate = read_file(package.certificate, 1u << 20);
  const auto file = folder + "\\publisher.cer";
  channel.put_file(file, certificate, 0644);
  trust(channel, file, is_self_signed(certificate, package.certificate));
  return folder;
}

json take_inventory(const run::AgentCall& agent) {
  const auto answer = agent.run("inventory", "main", run::new_nonce(), json::object(), kInventoryLimit);
  if (answer.trouble)
    throw Error(ErrorKind::guest, "the inventory of drivers cannot be taken: " + answer.trouble->message);
  return answer.details;
}

/// Until Windows is there again.
void restart(const Maintenance& with, vm::Machine& machine, MsiEnd end) {
  with.progress("restarting Windows");
  if (end == MsiEnd::wants_restart) vm::restart_windows(machine.channel());
  if (!machine.wait_for_agent_to_leave(with.shutdown_limit) || !machine.wait_for_agent(with.boot_limit))
    throw Error(ErrorKind::guest, "the guest did not come back from the restart that the package wants");
}

/// The packages of one guest.
class Installation {
 public:
  Installation(const GuestSettings& settings, const Maintenance& with, vm::Machine& machine,
               const run::AgentCall& agent, LayerEvidence& evidence_files)
      : settings_(settings), with_(with), machine_(machine), agent_(agent), evidence_files_(evidence_files) {}

  void install(const DriverPackage& package) {
    ++number_;
    with_.progress("installing the driver " + (package.msi.empty() ? package.inf : package.msi));
    const auto folder = upload_package(package, number_, machine_.channel());
    if (!package.msi.empty()) return install_msi(package, folder);
    const auto inf = folder + "\\" + fs::path(package.inf).filename().string();
    vm::run_windows_program(machine_.channel(), installer(inf, settings_.windows));
  }

 private:
  void install_msi(const DriverPackage& package, const std::string& folder) {
    const auto before = drivers_in(take_inventory(agent_));
    const auto msi = folder + "\\" + fs::path(package.msi).filename().string();
    auto& log = evidence_files_[fmt::format("layer-msi-{}.log", number_)];
    const auto end = prepare::install_msi(machine_.channel(), msi, log);
    if (end != MsiEnd::installed) restart(with_, machine_, end);
    if (drivers_in(take_inventory(agent_)) == before)
      throw Error(ErrorKind::guest,
                  fmt::format("{} was installed, but no reader, card, driver or file of the inventory is "
                              "another than before: is it a package for this reader or card?",
                              package.msi));
  }

  const GuestSettings& settings_;
  const Maintenance& with_;
  vm::Machine& machine_;
  const run::AgentCall& agent_;
  LayerEvidence& evidence_files_;
  std::size_t number_ = 0;
};

void switch_plug_and_play_off(vm::GuestChannel& channel) {
  vm::run_windows_program(channel, {"reg.exe",
                                    {"add", "HKLM\\SOFTWARE\\Policies\\Microsoft\\Windows\\ScPnP", "/v",
                                     "EnableScPnP", "/t", "REG_DWORD", "/d", "0", "/f"}});
}

/// Whether a device of the inventory runs by a driver of this version. Untrusted JSON.
bool is_in_use(const std::string& version, const json& inventory) {
  for (const char* where : {"readers", "card_devices"}) {
    const auto devices = inventory.is_object() ? inventory.find(where) : inventory.end();
    if (devices == inventory.end() || !devices->is_object()) continue;
    for (const auto& device : *devices)
      if (device.is_object() && device.value("driver_version", json()) == version) return true;
  }
  return false;
}

void check_in_use(const DriverPackage& package, const json& inventory) {
  const auto version = driver_version(read_file(package.inf, 4u << 20));
  if (version.empty())
    throw Error(ErrorKind::usage,
                package.inf + " has no line `DriverVer = date, version`; every driver package needs one");
  if (!is_in_use(version, inventory))
    throw Error(
        ErrorKind::guest,
        fmt::format(
            "{} was installed, but no smart card reader or card of the guest uses its version {}: does it "
            "name this reader's hardware id, and is its rank better than the driver that is there?",
            package.inf, version));
}

}  // namespace

std::string settings_key(const GuestSettings& settings) {
  if (settings.nothing()) return {};
  std::string all = settings.plug_and_play ? "" : "EnableScPnP=0\n";
  for (const auto& package : settings.drivers) {
    for (const auto& file : package_files(package)) all += file.name + " " + sha256_hex(file.bytes) + "\n";
    if (!package.certificate.empty()) all += "trusts " + sha256_file(package.certificate) + "\n";
  }
  return sha256_hex(all);
}

std::string driver_version(std::string_view inf) {
  std::string text;
  // Every second byte of UTF-16LE is enough: keys, dates and versions are ASCII.
  if (inf.starts_with("\xff\xfe"))
    for (std::size_t i = 2; i + 1 < inf.size(); i += 2) text += inf[i + 1] == 0 ? inf[i] : '?';
  else
    text = inf;
  static const std::regex kLine(
      "[Dd][Rr][Ii][Vv][Ee][Rr][Vv][Ee][Rr][ \t]*=[^,;\r\n]*,[ \t]*([0-9]+([.][0-9]+){0,3})");
  std::smatch found;
  for (std::size_t at = 0; at < text.size();) {
    const auto end = std::min(text.find('\n', at), text.size());
    const auto line = text.substr(at, std::min<std::size_t>(end - at, 512));
    const auto first = line.find_first_not_of(" \t");
    if (first != std::string::npos && line[first] != ';' && std::regex_search(line, found, kLine))
      return found[1];
    at = end + 1;
  }
  return {};
}

void change_guest(const GuestSettings& settings, const Maintenance& with, const vm::MachineSpec& layer,
                  LayerEvidence& evidence_files) {
  auto spec = layer;
  spec.hardware.restarts = true;  // an MSI may want it
  maintain(with, spec, [&](vm::Machine& machine, const run::AgentCall& agent) {
    Installation installation(settings, with, machine, agent, evidence_files);
    for (const auto& package : settings.drivers) installation.install(package);
    if (!settings.plug_and_play) switch_plug_and_play_off(machine.channel());
    const auto inventory = take_inventory(agent);
    evidence_files["layer-inventory.json"] = inventory.dump();
    for (const auto& package : settings.drivers)
      if (package.msi.empty()) check_in_use(package, inventory);
  });
}

}  // namespace smx::prepare
