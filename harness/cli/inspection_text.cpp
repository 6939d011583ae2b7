#include "harness/cli/inspection_text.h"

#include <fmt/format.h>

#include "harness/core/text.h"

namespace smx::cli {
namespace {

std::string policy(const std::optional<bool>& value) {
  return !value ? "not set (on)" : *value ? "on" : "off";
}

std::string start_words(const WindowsService& service) {
  static const char* const words[] = {"boot", "system", "automatic", "on demand", "disabled"};
  return service.start && *service.start < std::size(words) ? words[*service.start] : "unknown";
}

std::string boot_text(const BootEntry& boot) {
  return fmt::format(
      "boot entry  {} {}\n  mode              {}\n  bootstatuspolicy  {}\n  recoveryenabled   {}\n",
      boot.loader, boot.path, boot.mode_words,
      boot.ignore_all_failures ? "ignoreallfailures" : "as Windows has it",
      !boot.recovery_enabled   ? "not set (yes)"
      : *boot.recovery_enabled ? "yes"
                               : "no");
}

/// What puts the service on the list of what the mode starts.
std::string listed(const WindowsInspection& windows, const WindowsService& service, BootMode mode) {
  if (!windows.starts(service.name, mode)) return "-";
  if (has_entry(windows.list(mode), service.name)) return "yes";
  return has_entry(windows.list(mode), service.group) ? "by its group" : "by its file";
}

std::string services_text(const WindowsInspection& windows) {
  auto text = fmt::format("{:<20} {:<10} {:<14} {}\n", "service", "start", "Network", "Minimal");
  for (const auto& service : windows.services)
    text += fmt::format("  {:<18} {:<10} {:<14} {}\n", service.name, start_words(service),
                        listed(windows, service, BootMode::safe_networking),
                        listed(windows, service, BootMode::safe_minimal));
  return text;
}

}  // namespace

std::string inspection_text(const WindowsInspection& windows) {
  auto text = fmt::format("{} {} ({}, {}), {}\n", windows.product, windows.version, windows.edition,
                          windows.installation, windows.firmware == "uefi" ? "UEFI" : "BIOS");
  text += boot_text(windows.boot);
  text += fmt::format("SafeBoot    {} for Network, {} for Minimal; QEMU-GA {}\n",
                      plural(windows.network.size(), "name"), plural(windows.minimal.size(), "name"),
                      windows.prepared() ? "on both" : "not on both");
  text += services_text(windows);
  text += fmt::format("policies    Plug and Play of cards {}, certificate propagation {}\n",
                      policy(windows.plug_and_play), policy(windows.propagation));
  text +=
      fmt::format("state       fast startup {}, {}; password changes of the machine account {}\n",
                  windows.fast_startup ? "on" : "off", windows.hibernated ? "hibernated" : "not hibernated",
                  windows.password_changes_off ? "off" : "on");
  text += fmt::format("cards       {} known by their ATR\n", plural(windows.cards.size(), "card"));
  for (const auto& warning : windows.warnings) text += "warning: " + warning + "\n";
  return text;
}

std::string prediction_text(BootMode mode, const std::vector<Prediction>& predictions) {
  auto text = fmt::format("expected in {}\n", name(mode));
  for (const auto& p : predictions)
    text += fmt::format("  {:>2}  {:<27} {:<7} {}\n", p.row, p.scenario, name(p.expected), p.why);
  return text;
}

}  // namespace smx::cli
