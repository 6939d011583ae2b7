#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>

#include "harness/core/types.h"
#include "vm/guest/fake_guest.h"
#include "vm/hypervisor/fake_hypervisor.h"

// A Windows in memory, as far as its boot configuration goes: bcdedit.exe and shutdown.exe as the harness
// calls them, with their words in another language, and the one-time choice that a restart spends.

namespace smx::vm::fake {

class Windows {
 public:
  struct Entry {
    std::map<std::string, std::string> options;
    bool operator==(const Entry&) const = default;
  };
  static constexpr const char* kCurrent = "{current}";
  static constexpr const char* kCopy = "{8a4c2f10-0000-11f0-9aaa-525400123456}";

  std::map<std::string, Entry> entries{{kCurrent, {}}};
  std::string once;  ///< the entry of the next start
  std::string running = kCurrent;
  int starts = 1;
  // ---- what goes wrong
  std::string refuse;  ///< bcdedit ends with 1 when its arguments begin like this
  std::string copy_answer = std::string("Der Eintrag wurde erfolgreich in \"") + kCopy + "\" kopiert.\r\n";
  bool restarts = true;  ///< shutdown.exe does what it says
  bool hangs_in_safe_mode = false;
  std::set<int> hangs_at;  ///< these starts, counted from 1

  BootMode mode() const {
    const auto& options = entries.at(running).options;
    const auto safeboot = options.find("safeboot");
    if (safeboot == options.end()) return BootMode::normal;
    if (safeboot->second == "network") return BootMode::safe_networking;
    return options.contains("safebootalternateshell") ? BootMode::safe_command_prompt
                                                      : BootMode::safe_minimal;
  }

  GuestResult bcdedit(const GuestCommand& command) {
    const auto& a = command.argv;
    std::string line;
    for (std::size_t i = 1; i < a.size(); ++i) line += (i > 1 ? " " : "") + a[i];
    if (!refuse.empty() && line.starts_with(refuse)) return {.code = 1, .out = "Zugriff verweigert\r\n"};
    if (a.at(1) == "/copy") {
      entries[kCopy] = entries.at(running);
      return {.out = copy_answer};
    }
    if (!entries.contains(a.at(2))) return {.code = 1, .out = "Das System kann die Datei nicht finden.\r\n"};
    if (a.at(1) == "/set") entries[a.at(2)].options[a.at(3)] = a.at(4);
    if (a.at(1) == "/bootsequence") once = a.at(2);
    if (a.at(1) == "/delete") entries.erase(a.at(2));
    return {.out = "Der Vorgang wurde erfolgreich beendet.\r\n"};
  }

  void restart() {
    running = once.empty() ? kCurrent : once;
    once.clear();
    ++starts;
  }

  /// The Windows's facts as its agent tells them.
  nlohmann::json facts() const {
    const bool network = mode() == BootMode::safe_networking, normal = mode() == BootMode::normal;
    nlohmann::json facts = {{"safeboot",
                             {{"clean_boot", normal    ? 0
                                             : network ? 2
                                                       : 1},
                              {"environment", ""}}},
                            {"probe", {{"service", "seclogon"}, {"error", normal ? 1056 : 1084}}},
                            {"usb_devices", {"08e6:4433"}}};
    if (!normal) facts["safeboot"]["option_value"] = network ? 2 : 1;
    if (mode() == BootMode::safe_command_prompt) facts["safeboot"]["use_alternate_shell"] = 1;
    return facts;
  }

  /// Must outlive the script and its machine.
  FakeScript script() {
    FakeScript script;
    script.handlers["C:\\Windows\\System32\\bcdedit.exe"] = [this](const GuestCommand& c, FakeGuest&) {
      return bcdedit(c);
    };
    script.handlers["C:\\Windows\\System32\\shutdown.exe"] = [this](const GuestCommand&, FakeGuest& guest) {
      if (restarts) guest.restart();
      return GuestResult{};
    };
    script.boots_again = [this] {
      restart();
      return answers();
    };
    script.boot = answers();
    return script;
  }

 private:
  FakeScript::Boot answers() const {
    const bool hangs = hangs_at.contains(starts) || (hangs_in_safe_mode && mode() != BootMode::normal);
    return hangs ? FakeScript::Boot::silent : FakeScript::Boot::answers;
  }
};

}  // namespace smx::vm::fake
