#include "harness/prepare/msi_package.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <nlohmann/json.hpp>

#include "harness/core/error.h"
#include "harness/core/utf16.h"
#include "vm/boot/windows_program.h"

namespace smx::prepare {
namespace {

using nlohmann::json;
using namespace std::chrono_literals;

constexpr Milliseconds kMsiLimit = 900s;
constexpr std::size_t kLogLimit = 1u << 20;
constexpr int kRestartRequired = 3010, kRestartBegun = 1641;

struct Refusal {
  int code;
  const char* why;
};
// learn.microsoft.com, "MsiExec.exe and InstMsi.exe error messages".
constexpr Refusal kRefusals[] = {
    {1602, "the installation was cancelled: the package asks questions even when it is to be silent"},
    {1603, "the installation failed; its log says at which action (\"Return value 3\")"},
    {1612, "its source files are not in the package: an MSI must bring its own cabinets"},
    {1618, "another installation is running in the guest; wait for it before the image is prepared"},
    {1619, "the package cannot be opened: is it a whole MSI file?"},
    {1620, "the package cannot be opened: is it an MSI file?"},
    {1625, "a policy of this Windows forbids it"},
    {1633, "the package is for another processor than this Windows"},
    {1638, "another version of this product is installed already; remove it from the source image"},
    {1652, "Windows Installer does not run in Safe Mode, and the guest is in it"},
};

std::vector<int> known_codes() {
  std::vector<int> codes{0, kRestartRequired, kRestartBegun};
  for (const auto& refusal : kRefusals) codes.push_back(refusal.code);
  return codes;
}

/// Windows Installer writes UTF-16 with a byte order mark, or the system's code page.
std::string read_log(vm::GuestChannel& channel, const std::string& file) try {
  const auto bytes = channel.get_file(file, kLogLimit, nullptr);
  return bytes.starts_with("\xff\xfe") ? utf8_from_utf16(std::string_view(bytes).substr(2)) : bytes;
} catch (const Error& e) {
  // It is only evidence; a guest that is gone is told of by whatever is asked of it next.
  if (e.kind() != ErrorKind::guest) throw;
  return {};
}

/// Windows publishes every package that is not its own as oemNN.inf. A device that Windows finds only after
/// a while, and runs by its own driver, was not caused by the package.
bool is_by_a_package(const json& device) {
  const auto inf = device.is_object() ? device.value("inf", json()) : json();
  return inf.is_string() && same_name(inf.get_ref<const std::string&>().substr(0, 3), "oem");
}

json by_packages(const json& devices) {
  json kept = json::object();
  if (!devices.is_object()) return kept;
  for (const auto& [instance, device] : devices.items()) {
    if (!is_by_a_package(device)) continue;
    kept[instance] = device;
    for (const char* state : {"started", "problem"}) kept[instance].erase(state);
  }
  return kept;
}

}  // namespace

MsiEnd install_msi(vm::GuestChannel& channel, const std::string& msi, std::string& log) {
  const auto log_file = msi + ".log";
  const vm::WindowsProgram installer{
      "msiexec.exe", {"/i", msi, "/qn", "/norestart", "/l*v", log_file}, known_codes(), kMsiLimit};
  int code = 0;
  try {
    code = vm::run_windows_program(channel, installer);
  } catch (const Error& e) {
    if (e.kind() == ErrorKind::guest) log = read_log(channel, log_file);
    throw;
  }
  log = read_log(channel, log_file);
  const auto refusal = std::find_if(std::begin(kRefusals), std::end(kRefusals),
                                    [code](const Refusal& r) { return r.code == code; });
  if (refusal != std::end(kRefusals))
    throw Error(ErrorKind::guest,
                fmt::format("Windows Installer refuses {} with {}: {}", msi, code, refusal->why));
  return code == 0 ? MsiEnd::installed : code == kRestartBegun ? MsiEnd::restarts : MsiEnd::wants_restart;
}

json drivers_in(const json& inventory) {
  json found = json::object();
  if (!inventory.is_object()) return found;
  for (const char* what : {"files", "cards"}) found[what] = inventory.value(what, json());
  for (const char* what : {"readers", "card_devices"})
    found[what] = by_packages(inventory.value(what, json()));
  return found;
}

}  // namespace smx::prepare
