#include "vm/safety/pin_ledger.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstring>

#include "harness/core/error.h"
#include "harness/core/unique_fd.h"

namespace smx::vm {
namespace {

namespace fs = std::filesystem;
using Kind = LedgerRecord::Kind;

constexpr std::uint64_t kMostBytes = 4u << 20;
constexpr std::size_t kSaltSize = 16;

[[noreturn]] void cannot(const fs::path& file, const std::string& what) {
  throw Error(
      ErrorKind::environment,
      fmt::format("{}: the card's ledger cannot be {}: {}; nothing is done to the card's PIN without it",
                  file.string(), what, std::strerror(errno)));
}

void sync_folder(const fs::path& folder) {
  const UniqueFd fd(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!fd || ::fsync(fd.get()) != 0) cannot(folder, "kept");
}

/// Appends and syncs; takes a part that was written away again when it cannot be all.
void append_durably(const fs::path& file, std::string_view line) {
  const UniqueFd fd(::open(file.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC));
  struct stat before {};
  if (!fd || ::fstat(fd.get(), &before) != 0) cannot(file, "opened");
  const auto written = ::write(fd.get(), line.data(), line.size());
  if (written == static_cast<ssize_t>(line.size()) && ::fsync(fd.get()) == 0) return;
  const int reason = written >= 0 && static_cast<std::size_t>(written) < line.size() ? ENOSPC : errno;
  [[maybe_unused]] const auto undone = ::ftruncate(fd.get(), before.st_size);
  errno = reason;
  cannot(file, "written");
}

}  // namespace

FileLedgerStore::FileLedgerStore(const fs::path& folder, const std::string& id)
    : file_(folder / (id + ".ledger")) {
  std::error_code error;
  fs::create_directories(folder, error);
  fs::permissions(folder, fs::perms::owner_all, error);
  lock_ = FileLock::try_take(folder / (id + ".lock"));
  if (!lock_)
    throw Error(
        ErrorKind::environment,
        fmt::format("{}: another run or command works with this card; wait for its end", file_.string()));
  const UniqueFd fd(::open(file_.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
  if (!fd) cannot(file_, "made");
  sync_folder(folder);
}

std::string FileLedgerStore::load() {
  return read_file(file_, kMostBytes);
}

void FileLedgerStore::append(std::string_view line) {
  append_durably(file_, line);
}

void FileLedgerStore::replace(std::string_view all) {
  write_file_atomically(file_, all, 0600);
}

PinLedger::PinLedger(std::unique_ptr<LedgerStore> store, const std::string& card_id)
    : store_(std::move(store)), card_id_(card_id) {
  const auto text = store_->load();
  std::size_t at = 0;
  while (at < text.size()) {
    const auto end = text.find('\n', at);
    const auto record = parse_ledger_line(std::string_view(text).substr(at, end - at));
    const bool last = end == std::string::npos || end + 1 == text.size();
    if (end == std::string::npos || !record) {
      if (last) break;
      throw Error(ErrorKind::environment,
                  fmt::format("the ledger of card {} is damaged at byte {}; move it aside only when you know "
                              "the card's PIN",
                              card_id, at));
    }
    if ((at == 0) != (record->kind == Kind::card) || (at == 0 && record->text != card_id))
      throw Error(ErrorKind::environment,
                  fmt::format("the ledger of card {} is another card's; move it aside", card_id));
    history_.apply(*record);
    at = end + 1;
  }
  if (at != text.size()) store_->replace(std::string_view(text).substr(0, at));
  if (at == 0) note({.kind = Kind::card, .text = card_id});
}

void PinLedger::note(const LedgerRecord& record) {
  store_->append(ledger_line(record));
  history_.apply(record);
}

void PinLedger::compact() {
  const LedgerRecord clean{.kind = Kind::clean};
  auto all = ledger_line({.kind = Kind::card, .text = card_id_}) + ledger_line(clean);
  const auto newest = history_.next_number() - 1;
  if (const auto salt = history_.salt(newest))
    all += ledger_line({.kind = Kind::pin, .pin = newest, .text = hex(*salt)});
  store_->replace(all);
  history_.apply(clean);
}

PinNumber PinLedger::new_pin() {
  const auto number = history_.next_number();
  note({.kind = Kind::pin, .pin = number, .text = hex(random_bytes(kSaltSize))});
  return number;
}

Secret PinLedger::value(PinNumber pin, const Secret& original) const {
  if (pin == kOriginalPin) return original;
  const auto salt = history_.salt(pin);
  if (!salt) throw Error(ErrorKind::internal, fmt::format("the ledger has no PIN {}", pin));
  return derive_pin(original, *salt);
}

}  // namespace smx::vm
