#include "harness/prepare/checklist.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace smx::prepare {
namespace {

using State = ChecklistItem::State;
using Entries = std::vector<SafeBootEntry>;

constexpr const char* kAgentService = "QEMU-GA";

ChecklistItem item(std::string id, std::string words, bool holds, std::string otherwise) {
  return {std::move(id), std::move(words), holds ? State::holds : State::fails,
          holds ? "" : std::move(otherwise)};
}

std::vector<std::string> names_only_in(const Entries& one, const Entries& other) {
  std::vector<std::string> names;
  for (const auto& entry : one)
    if (!has_entry(other, entry.name)) names.push_back(entry.name);
  return names;
}

/// What differs between a list before and after, but for the guest agent.
std::vector<std::string> changes(const Entries& before, const Entries& after) {
  auto names = names_only_in(after, before);
  std::erase(names, kAgentService);
  for (const auto& gone : names_only_in(before, after)) names.push_back("without " + gone);
  return names;
}

ChecklistItem lists_item(const WindowsInspection& sealed, const std::optional<WindowsInspection>& source) {
  const std::string id = "safeboot-lists-as-shipped",
                    words = "nothing but the guest agent was added to the SafeBoot lists";
  if (!source)
    return {id, words, State::to_be_confirmed,
            "the source image is not there to compare with; run this where it is"};
  auto differ = changes(source->network, sealed.network);
  const auto minimal = changes(source->minimal, sealed.minimal);
  differ.insert(differ.end(), minimal.begin(), minimal.end());
  return item(
      id, words, differ.empty(),
      fmt::format("these differ from the source: {}; a scored run on such an image proves nothing of Windows",
                  fmt::join(differ, ", ")));
}

void add_offline(std::vector<ChecklistItem>& items, const WindowsInspection& w) {
  const std::string again = "; run `image prepare` again";
  items.push_back(item("agent-in-safe-mode", "the guest agent starts in both Safe Modes", w.prepared(),
                       "QEMU-GA is not under SafeBoot\\Network and SafeBoot\\Minimal" + again));
  const auto* agent = w.service(kAgentService);
  items.push_back(
      item("agent-automatic", "the guest agent starts by itself", agent && agent->start == 2u,
           agent ? "the service QEMU-GA does not start automatically (Start is not 2)"
                 : "the service QEMU-GA is not installed; install virtio-win's guest tools in the source"));
  items.push_back(
      item("boots-normally", "the image itself boots into normal mode", w.boot.mode == BootMode::normal,
           "its boot entry says " + w.boot.mode_words + "; `boot-mode set` the source's overlay to normal"));
  items.push_back(item("no-recovery-menu", "a start that failed leads into no recovery menu",
                       w.boot.ignore_all_failures && w.boot.recovery_enabled == false,
                       "bootstatuspolicy is not ignoreallfailures, or recoveryenabled is not off" + again));
  items.push_back(item("no-fast-startup", "a shutdown is a shutdown", !w.fast_startup && !w.hibernated,
                       "fast startup is on, or the image is hibernated: run `powercfg /hibernate off` in it "
                       "and shut it down"));
  items.push_back(item("machine-password-stays", "the machine does not change its domain password",
                       w.password_changes_off,
                       "DisablePasswordChange is not 1: overlays go back in time, and the "
                       "domain would not know the machine again"));
  const auto* cards = w.service("SCardSvr");
  items.push_back(item("card-service-can-start", "the smart card service is not disabled",
                       cards && !cards->disabled(),
                       cards ? "SCardSvr is disabled (Start is 4): install the reader in normal mode first"
                             : "there is no service SCardSvr"));
}

/// What no offline look can tell; each with the way to confirm it.
const std::vector<ChecklistItem>& on_real_windows() {
  static const std::vector<ChecklistItem> kItems{
      {"agent-answers", "the guest agent answers in Safe Mode with Networking and in minimal Safe Mode",
       State::to_be_confirmed,
       "run the matrix's modes once; `agent-never-answered` with a picture of the screen says that it does "
       "not"},
      {"virtio-serial-in-safe-mode", "the virtio-serial driver (class System) loads in Safe Mode",
       State::to_be_confirmed, "the same run: without it there is no channel to the agent"},
      {"mode-facts", "OptionValue, SM_CLEANBOOT and the 1084 probe agree in every mode",
       State::to_be_confirmed,
       "look at the facts of each boot in the report; SAFEBOOT_OPTION and the start options may be silent"},
      {"offline-switch", "Windows boots from a BCD store that was edited outside it", State::to_be_confirmed,
       "one run with `\"mode_switch\": \"offline\"` whose Safe Mode groups are proven"},
      {"online-switch", "the one-time entry is used once and forgotten", State::to_be_confirmed,
       "one run with `\"mode_switch\": \"online\"`, then `bcdedit /enum` in the guest"},
      {"reader-in-safe-mode",
       "the emulated reader works with Windows' own CCID driver in Safe Mode with Networking",
       State::to_be_confirmed, "rows 13 and 11 in that mode; on Windows 7 use `--usb piix3-uhci`"},
      {"piv-minidriver", "Windows' own PIV and GIDS minidriver takes the virtual card",
       State::to_be_confirmed,
       "row 13 lists its certificate; otherwise look at `certutil -scinfo` in normal mode"},
      {"console-session", "a console session is there for the rows that need one", State::to_be_confirmed,
       "rows 5, 8, 9 and 10; `blocked` with cause `no-user-session` says that automatic logon is not set up"},
      {"logon-screen", "the keystrokes reach the logon screen and the pictures show it",
       State::to_be_confirmed, "look at the pictures of rows 1 and 5"},
      {"events", "the security events 4624 and 4768 are written (auditing of logons)", State::to_be_confirmed,
       "rows 1, 2 and 5 name the event that they found"}};
  return kItems;
}

}  // namespace

std::vector<ChecklistItem> checklist(const WindowsInspection& sealed,
                                     const std::optional<WindowsInspection>& source) {
  std::vector<ChecklistItem> items;
  add_offline(items, sealed);
  items.push_back(lists_item(sealed, source));
  items.insert(items.end(), on_real_windows().begin(), on_real_windows().end());
  return items;
}

std::string failures(const std::vector<ChecklistItem>& items) {
  std::string text;
  for (const auto& i : items)
    if (i.state == State::fails) text += fmt::format("{}{}: {}", text.empty() ? "" : "\n", i.words, i.detail);
  return text;
}

}  // namespace smx::prepare
