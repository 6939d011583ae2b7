#include "vm/reader/reader_lease.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>

#include "harness/core/error.h"
#include "harness/core/text.h"

namespace smx::vm {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr std::size_t kLargestLease = 4096, kLongestText = 300, kMostLeases = 1024;

fs::path file_of(const fs::path& folder, const std::string& identity, const char* kind) {
  return folder / (sha256_hex(identity).substr(0, 16) + kind);
}

std::optional<LeaseHolder> read_holder(const fs::path& file) {
  std::string text;
  try {
    text = read_file(file, kLargestLease);
  } catch (const Error&) {
    return std::nullopt;  // the lock's holder has not written its name yet
  }
  const auto j = json::parse(text, nullptr, false);
  const auto word = [&](const char* key) {
    const auto it = j.find(key);
    return it != j.end() && it->is_string()
               ? sanitize_guest_text(it->get_ref<const std::string&>(), kLongestText)
               : std::string();
  };
  if (!j.is_object()) return std::nullopt;
  const auto pid = j.find("pid");
  return LeaseHolder{word("reader"), word("run"),
                     pid != j.end() && pid->is_number_integer() ? pid->get<int>() : 0};
}

void write_holder(const fs::path& file, const LeaseHolder& holder) {
  write_file_atomically(
      file, json{{"reader", holder.identity}, {"run", holder.run}, {"pid", holder.pid}}.dump() + "\n", 0600);
}

}  // namespace

ReaderLease::ReaderLease(const fs::path& folder, const std::string& identity, const std::string& run)
    : holder_(file_of(folder, identity, ".holder")) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) throw Error(ErrorKind::environment, folder.string() + " cannot be made: " + error.message());
  lock_ = FileLock::try_take(file_of(folder, identity, ".lock"));
  if (!lock_) {
    const auto holder = read_holder(holder_);
    throw Error(ErrorKind::environment,
                fmt::format("{} holds the reader {}; wait until it has ended, or use another reader",
                            holder ? fmt::format("run {} (process {})", holder->run, holder->pid)
                                   : std::string("another run"),
                            identity));
  }
  write_holder(holder_, {identity, run, ::getpid()});
}

ReaderLease::~ReaderLease() {
  // The lock's file stays: to remove it would let two hold it, by two files of one name.
  std::error_code ignored;  // a destructor cannot report it
  fs::remove(holder_, ignored);
}

std::vector<LeaseHolder> current_leases(const fs::path& folder) {
  std::vector<LeaseHolder> leases;
  std::error_code error;
  std::size_t count = 0;
  for (fs::directory_iterator it(folder, error), end; !error && it != end && count < kMostLeases;
       it.increment(error), ++count) {
    if (it->path().extension() != ".holder") continue;
    auto lock = it->path();
    const auto holder = read_holder(it->path());
    if (!holder) continue;
    // Taken for a moment only where a dead run left its name, so that no run that begins finds it held.
    if (FileLock::try_take(lock.replace_extension(".lock"))) continue;
    leases.push_back(*holder);
  }
  std::sort(leases.begin(), leases.end(),
            [](const auto& a, const auto& b) { return a.identity < b.identity; });
  return leases;
}

ReaderGate::ReaderGate(fs::path folder, std::string run, const CancelToken& cancel)
    : folder_(std::move(folder)), run_(std::move(run)), cancel_(cancel) {}

ReaderGate::Place& ReaderGate::leased(const std::string& identity) {
  auto& place = places_[identity];
  if (!place.lease) place.lease = std::make_unique<ReaderLease>(folder_, identity, run_);
  return place;
}

void ReaderGate::lease(const std::string& identity) {
  const std::lock_guard lock(mutex_);
  leased(identity);
}

std::unique_ptr<ReaderGate::Pass> ReaderGate::enter(const std::string& identity) {
  const CancelCallback wake(cancel_, [this] {
    const std::lock_guard lock(mutex_);
    free_.notify_all();
  });
  std::unique_lock lock(mutex_);
  auto& place = leased(identity);
  free_.wait(lock, [&] { return !place.used || cancel_.cancelled(); });
  cancel_.check();
  auto pass = std::make_unique<Pass>(*this, identity);
  place.used = true;
  return pass;
}

void ReaderGate::leave(const std::string& identity) {
  const std::lock_guard lock(mutex_);
  places_.at(identity).used = false;
  free_.notify_all();
}

}  // namespace smx::vm
