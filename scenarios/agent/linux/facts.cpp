#include "scenarios/agent/linux/facts.h"

#include <algorithm>
#include <chrono>

#include "scenarios/agent/linux/child.h"
#include "scenarios/agent/linux/small_files.h"

namespace smx::agent {
namespace {

constexpr const char* kProbeService = "safeboot-probe";
constexpr Deadline::Duration kProbeLimit{10000};

/// Programs that run, without kernel threads (they have no command line).
std::vector<std::string> processes(const std::string& proc) {
  std::vector<std::string> names;
  for (const auto& id : names_in(proc)) {
    if (id.find_first_not_of("0123456789") != std::string::npos) continue;
    if (read_small_file(proc + "/" + id + "/cmdline").empty()) continue;
    names.push_back(read_line(proc + "/" + id + "/comm"));
  }
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

/// "08e6:4433" for every device that has ids; interfaces have none.
std::vector<std::string> usb_devices(const std::string& sys) {
  const auto folder = sys + "/bus/usb/devices";
  std::vector<std::string> devices;
  for (const auto& name : names_in(folder)) {
    const auto vendor = read_line(folder + "/" + name + "/idVendor");
    if (!vendor.empty()) devices.push_back(vendor + ":" + read_line(folder + "/" + name + "/idProduct"));
  }
  return devices;
}

void run_facts(ScenarioContext& context) {
  collect_facts({}, context.deadline, context.details);
}

}  // namespace

void collect_facts(const LinuxPaths& paths, const Deadline& deadline, Details& details) {
  details.set({"kernel_command_line"}, read_line(paths.proc + "/cmdline"));
  details.set({"kernel_release"}, read_line(paths.proc + "/sys/kernel/osrelease"));
  details.set({"boot_mode_file"}, read_line(paths.run + "/boot-mode"));
  // Asked before the services' states are read: a refusal is noted there.
  const auto probe =
      run_child({{paths.svc, "start", kProbeService}, {}, "", deadline.remaining(kProbeLimit)});
  details.set({"probe", "service"}, kProbeService);
  details.set({"probe", "exit_code"}, std::int64_t{probe.exit_code});
  details.set({"services"}, Details{});
  for (const auto& name : names_in(paths.services))
    if (name != "order") details.set({"services", name}, read_line(paths.run + "/services/" + name));
  details.set({"processes"}, processes(paths.proc));
  details.set({"network_interfaces"}, names_in(paths.sys + "/class/net"));
  details.set({"usb_devices"}, usb_devices(paths.sys));
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  details.set({"clock_unix_ms"},
              std::int64_t{std::chrono::duration_cast<std::chrono::milliseconds>(now).count()});
}

/// No checks: what the controller proves the boot mode and the reader's attachment with
/// (docs/agent-protocol.md).
AgentScenario facts() {
  return {"facts", {{"main", {}}}, run_facts};
}

}  // namespace smx::agent
