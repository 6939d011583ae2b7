#include "vm/boot/bcdedit.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <regex>

#include "harness/core/error.h"
#include "harness/core/text.h"

namespace smx::vm {
namespace {

constexpr const char* kSystem32 = "C:\\Windows\\System32\\";
constexpr std::size_t kShown = 300;  // bytes of a program's words in an error
constexpr std::size_t kMostOutput = 64u << 10;

GuestResult run_program(GuestChannel& channel, const char* program, std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), std::string(kSystem32) + program);
  GuestCommand command;
  command.argv = std::move(arguments);
  command.output_limit = kMostOutput;
  return channel.execute(command);
}

[[noreturn]] void refuse(const char* program, const std::vector<std::string>& arguments,
                         const GuestResult& result) {
  const auto said = sanitize_guest_text(result.err.empty() ? result.out : result.err, kShown);
  throw Error(ErrorKind::guest,
              fmt::format("`{} {}` in the guest {}{}{}", program, fmt::join(arguments, " "),
                          result.end == GuestResult::End::exited ? fmt::format("ends with {}", result.code)
                                                                 : "does not end",
                          said.empty() ? "" : ": ", said));
}

bool succeeded(const GuestResult& result) {
  return result.end == GuestResult::End::exited && result.code == 0;
}

const char* safeboot_value(BootMode mode) {
  switch (mode) {
    case BootMode::safe_networking: return "network";
    case BootMode::safe_minimal:
    case BootMode::safe_command_prompt: return "minimal";
    case BootMode::normal: break;
  }
  throw Error(ErrorKind::internal, "normal mode is no Safe Mode");
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
  const auto result = run_program(channel_, "bcdedit.exe", arguments);
  if (!succeeded(result)) refuse("bcdedit", arguments, result);
  return result.out;
}

std::string BcdEdit::copy_current(const std::string& description) {
  const auto said = run({"/copy", "{current}", "/d", description});
  auto entry = only_identifier(said);
  if (entry.empty())
    throw Error(ErrorKind::guest, "bcdedit copied the boot entry and did not name the copy: " +
                                      sanitize_guest_text(said, kShown));
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

void restart_windows(GuestChannel& channel) {
  const std::vector<std::string> arguments{"/r", "/f", "/t", "0"};
  GuestResult result;
  try {
    result = run_program(channel, "shutdown.exe", arguments);
  } catch (const Error& e) {
    // The agent may be stopped before it can tell how the command ended.
    if (e.kind() != ErrorKind::guest) throw;
    return;
  }
  if (result.end == GuestResult::End::exited && result.code != 0) refuse("shutdown", arguments, result);
}

}  // namespace smx::vm
