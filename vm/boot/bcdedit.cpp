#include "vm/boot/bcdedit.h"

#include <fmt/format.h>

#include <regex>

#include "harness/core/error.h"
#include "harness/core/text.h"
#include "vm/boot/windows_program.h"

namespace smx::vm {
namespace {

const char* safeboot_value(BootMode mode) {
  switch (mode) {
    case BootMode::safe_networking: return "network";
    case BootMode::safe_minimal:
    case BootMode::safe_command_prompt: return "minimal";
    case BootMode::normal: break;
  }
  throw Error(ErrorKind::internal, "normal mode is not a Safe Mode");
}

}  // namespace

std::string only_identifier(std::string_view text) {
  static const std::regex kIdentifier("\\{[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}\\}");
  using Match = std::regex_iterator<std::string_view::const_iterator>;
  Match found(text.begin(), text.end(), kIdentifier);
  if (found == Match() || std::next(found) != Match()) return {};
  return found->str();
}

std::string BcdEdit::run(std::vector<std::string> arguments) {
  std::string said;
  run_windows_program(channel_, {"bcdedit.exe", std::move(arguments)}, &said);
  return said;
}

std::string BcdEdit::copy_current(const std::string& description) {
  const auto said = run({"/copy", "{current}", "/d", description});
  auto entry = only_identifier(said);
  if (entry.empty())
    throw Error(ErrorKind::guest,
                "bcdedit copied the boot entry and did not name the copy: " + sanitize_guest_text(said, 300));
  return entry;
}

void BcdEdit::set(const std::string& entry, const std::string& option, const std::string& value) {
  run({"/set", entry, option, value});
}

void BcdEdit::boot_once(const std::string& entry) {
  run({"/bootsequence", entry});
}

void BcdEdit::remove(const std::string& entry) {
  run({"/delete", entry});
}

void choose_safe_mode_once(GuestChannel& channel, BootMode mode) {
  BcdEdit bcd(channel);
  const std::string safeboot = safeboot_value(mode);
  const auto entry = bcd.copy_current("safemode-matrix");
  try {
    bcd.set(entry, "safeboot", safeboot);
    if (mode == BootMode::safe_command_prompt) bcd.set(entry, "safebootalternateshell", "yes");
    bcd.set(entry, "bootlog", "yes");
    bcd.boot_once(entry);
  } catch (const Error& trouble) {
    try {
      bcd.remove(entry);
    } catch (const Error& second) {
      // The entry stays behind, harmless: nothing chooses it. What went wrong first is what is told.
      throw Error(ErrorKind::guest, fmt::format("{}; the entry {} could not be removed either: {}",
                                                trouble.what(), entry, second.what()));
    }
    throw;
  }
}

namespace {

void call_shutdown(GuestChannel& channel, const char* what) try {
  run_windows_program(channel, {"shutdown.exe", {what, "/f", "/t", "0"}});
} catch (const Error& e) {
  // The agent may be stopped before it can tell how the command ended; an exit code that it told is another
  // matter.
  if (e.kind() != ErrorKind::guest || std::string_view(e.what()).find("ends with") != std::string_view::npos)
    throw;
}

}  // namespace

void restart_windows(GuestChannel& channel) {
  call_shutdown(channel, "/r");
}

void shut_windows_down(GuestChannel& channel) {
  call_shutdown(channel, "/s");
}

}  // namespace smx::vm
