#include "vm/boot/reference_linux_facts.h"

#include <algorithm>
#include <array>
#include <sstream>

#include "harness/core/error.h"
#include "harness/core/text.h"
#include "vm/boot/guest_facts.h"

namespace smx::vm {
namespace {

constexpr int kNotSafeboot = 84;

struct ServiceContract {
  const char* name;
  bool in_safe_networking;  ///< none of them is started in safe-minimal
};
constexpr std::array<ServiceContract, 3> kServices{
    {{"pcscd", true}, {"network", true}, {"safeboot-probe", false}}};

bool allowed(const ServiceContract& service, BootMode mode) {
  return mode == BootMode::normal || (mode == BootMode::safe_networking && service.in_safe_networking);
}

bool contains(const std::vector<std::string>& list, const std::string& word) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

std::optional<std::string> shown(const std::optional<std::vector<std::string>>& list) {
  return list ? std::optional(list->empty() ? "none" : joined(*list)) : std::nullopt;
}

Fact command_line_fact(BootMode asked, const GuestFacts& facts) {
  const auto expected = safeboot_word(asked);
  const auto line = facts.text("kernel_command_line");
  std::string found;
  std::istringstream words(line.value_or(""));
  for (std::string word; words >> word;)
    if (word.starts_with("safeboot=")) found += (found.empty() ? "" : " ") + word;
  return agent_fact("kernel command line", expected.empty() ? "no safeboot= word" : expected, line,
                    found == expected);
}

Fact mode_file_fact(BootMode asked, const GuestFacts& facts) {
  const auto mode = facts.text("boot_mode_file");
  return agent_fact("boot mode according to init", std::string(name(asked)), mode, mode == name(asked));
}

Fact service_fact(const ServiceContract& service, BootMode asked, const GuestFacts& facts) {
  const auto state = facts.text_in("services", service.name);
  const bool started = state == "running" || state == "stopped" || state == "failed";
  const bool may = allowed(service, asked);
  return agent_fact(std::string("service ") + service.name,
                    may ? "running, stopped or failed: the mode starts it" : "not-in-safeboot", state,
                    may ? started : state == "not-in-safeboot");
}

/// Whether pcscd runs must be what its state says; the guest agent that answers shows that the list is a real
/// one.
Fact processes_fact(BootMode asked, const GuestFacts& facts) {
  const auto processes = facts.texts("processes");
  const bool runs = asked != BootMode::safe_minimal && facts.text_in("services", "pcscd") == "running";
  const bool agrees = processes && contains(*processes, "qemu-ga") && contains(*processes, "pcscd") == runs;
  return agent_fact("running processes", runs ? "qemu-ga, and pcscd" : "qemu-ga, and no pcscd",
                    shown(processes), agrees);
}

Fact interfaces_fact(BootMode asked, const GuestFacts& facts) {
  const auto interfaces = facts.texts("network_interfaces");
  const auto network = facts.text_in("services", "network");
  if (asked == BootMode::safe_minimal) {
    const bool only_lo = interfaces && contains(*interfaces, "lo") && interfaces->size() == 1;
    return agent_fact("network interfaces", "lo only: the mode loads no network driver", shown(interfaces),
                      only_lo);
  }
  const bool agrees =
      interfaces && contains(*interfaces, "lo") && (network != "running" || contains(*interfaces, "eth0"));
  return agent_fact("network interfaces", network == "running" ? "lo, eth0" : "lo", shown(interfaces),
                    agrees);
}

Fact probe_fact(BootMode asked, const GuestFacts& facts) {
  const int expected = asked == BootMode::normal ? 0 : kNotSafeboot;
  const auto code = facts.integer_in("probe", "exit_code");
  const bool same_service = facts.text_in("probe", "service") == "safeboot-probe";
  return agent_fact("exit code of `svc start safeboot-probe`", std::to_string(expected),
                    code && same_service ? std::optional(std::to_string(*code)) : std::nullopt,
                    code == expected);
}

}  // namespace

std::string safeboot_word(BootMode mode) {
  switch (mode) {
    case BootMode::normal: return "";
    case BootMode::safe_networking: return "safeboot=network";
    case BootMode::safe_minimal: return "safeboot=minimal";
    case BootMode::safe_command_prompt: break;
  }
  throw Error(ErrorKind::usage, "the reference guest has no boot mode \"" + std::string(name(mode)) +
                                    "\"; it has normal, safe-networking and safe-minimal");
}

std::vector<Fact> reference_linux_mode_facts(BootMode asked, const nlohmann::json& json) {
  const GuestFacts facts(json);
  std::vector<Fact> all{command_line_fact(asked, facts), mode_file_fact(asked, facts)};
  for (const auto& service : kServices) all.push_back(service_fact(service, asked, facts));
  all.push_back(processes_fact(asked, facts));
  all.push_back(interfaces_fact(asked, facts));
  all.push_back(probe_fact(asked, facts));
  return all;
}

std::vector<Fact> reference_linux_reader_facts(const std::string& usb_id, const nlohmann::json& json) {
  const auto devices = GuestFacts(json).texts("usb_devices");
  return {agent_fact("reader on the guest's USB bus", usb_id, shown(devices),
                     devices && contains(*devices, usb_id))};
}

}  // namespace smx::vm
