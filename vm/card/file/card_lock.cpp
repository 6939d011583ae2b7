#include "vm/card/file/card_lock.h"

#include <fmt/core.h>
#include <unistd.h>

#include <fstream>

#include "harness/core/error.h"

namespace smx::vm {
namespace {

constexpr std::uint64_t kLongestNote = 4096;

/// The name that every other name of the file leads to: one file, one lock.
std::filesystem::path lock_beside(const std::filesystem::path& card_file) {
  std::error_code error;
  auto file = std::filesystem::canonical(card_file, error);
  if (error)
    throw Error(ErrorKind::usage,
                fmt::format("{} cannot be opened: {}", card_file.string(), error.message()));
  file += ".lock";
  return file;
}

std::string note_in(const std::filesystem::path& lock_file) {
  try {
    return read_file(lock_file, kLongestNote);
  } catch (const Error&) {
    return {};  // the message does without it
  }
}

}  // namespace

CardLock::CardLock(const std::filesystem::path& card_file, const std::string& use) {
  const auto lock_file = lock_beside(card_file);
  lock_ = FileLock::try_take(lock_file);
  if (!lock_) {
    const auto note = note_in(lock_file);
    throw Error(
        ErrorKind::usage,
        fmt::format("{} is in use: {}; a card can be in one reader only, so end that first, or copy the file",
                    card_file.string(), note.empty() ? "another program has it" : note));
  }
  // Into the file that is locked, not in its place.
  std::ofstream(lock_file, std::ios::trunc) << fmt::format("{} by process {}", use, ::getpid());
}

}  // namespace smx::vm
