#include "vm/lab/revoked_serials.h"

#include <sstream>

#include "harness/core/error.h"
#include "harness/core/files.h"

namespace smx::vm {
namespace {

constexpr std::uint64_t kLargestFile = 16u << 20;

}  // namespace

std::set<std::string> RevokedSerials::read() const {
  auto serials = known_;
  std::error_code error;
  if (file_.empty() || !std::filesystem::exists(file_, error)) return serials;
  std::istringstream lines(read_file(file_, kLargestFile));
  for (std::string line; std::getline(lines, line);)
    if (!line.empty()) serials.insert(line);
  return serials;
}

void RevokedSerials::write(const std::set<std::string>& serials) const {
  std::string text;
  for (const auto& serial : serials) text += serial + "\n";
  write_file_atomically(file_, text);
}

void RevokedSerials::add(const std::string& serial) {
  const std::lock_guard lock(mutex_);
  known_.insert(serial);
  if (file_.empty()) return;
  // One process reads, adds and writes at a time; the lock is beside the file, which each write replaces.
  auto lock_file = file_;
  lock_file += ".lock";
  FileLock::try_take(lock_file);  // makes the file
  const auto only_one = FileLock::wait_for(lock_file);
  write(read());
}

bool RevokedSerials::has(const std::string& serial) const {
  const std::lock_guard lock(mutex_);
  return known_.contains(serial) || read().contains(serial);
}

std::set<std::string> RevokedSerials::all() const {
  const std::lock_guard lock(mutex_);
  return read();
}

void RevokedSerials::move_to(const std::filesystem::path& file) {
  const std::lock_guard lock(mutex_);
  file_ = file;
  if (!known_.empty()) write(read());
}

}  // namespace smx::vm
