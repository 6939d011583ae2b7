#include "vm/guest/fake_guest.h"

#include <utility>

#include "harness/core/error.h"

namespace smx::vm {

namespace {

std::string name_of(const GuestCommand& command) {
  if (command.argv.size() >= 3 && command.argv[1] == "run") return command.argv[2];
  return command.argv.empty() ? "" : command.argv.front();
}

bool cut(std::string& text, std::size_t limit) {
  if (text.size() <= limit) return false;
  text.resize(limit);
  return true;
}

}  // namespace

FakeGuest::FakeGuest(Handlers handlers, const CancelToken& cancel)
    : handlers_(std::move(handlers)), cancel_(cancel) {}

bool FakeGuest::ping(Milliseconds) {
  cancel_.check();
  std::lock_guard lock(mutex_);
  asked_.push_back("ping");
  return life_ == Life::alive;
}

TimePoint FakeGuest::clock() {
  ask("clock");
  return std::chrono::floor<Milliseconds>(std::chrono::system_clock::now()) + clock_skew;
}

void FakeGuest::note(const std::string& what) {
  std::lock_guard lock(mutex_);
  asked_.push_back(what);
}

void FakeGuest::put_file(const std::string& path, std::string_view bytes, unsigned) {
  ask("put " + path);
  std::lock_guard lock(mutex_);
  files_[path] = bytes;
}

std::string FakeGuest::get_file(const std::string& path, std::size_t limit, bool* truncated) {
  ask("get " + path);
  std::lock_guard lock(mutex_);
  const auto found = files_.find(path);
  if (found == files_.end()) throw Error(ErrorKind::guest, "the guest has no file " + path);
  std::string bytes = found->second;
  const bool more = cut(bytes, limit);
  if (truncated != nullptr) *truncated = more;
  return bytes;
}

GuestResult FakeGuest::execute(const GuestCommand& command) {
  const std::string name = name_of(command);
  ask("run " + name);
  if (life() == Life::hung) return GuestResult{.end = GuestResult::End::timed_out};
  auto handler = handlers_.find(name);
  if (handler == handlers_.end()) handler = handlers_.find("*");
  if (handler == handlers_.end()) throw Error(ErrorKind::guest, "the guest has no program " + name);
  GuestResult result = handler->second(command, *this);
  result.out_truncated = cut(result.out, command.output_limit) || result.out_truncated;
  result.err_truncated = cut(result.err, command.output_limit) || result.err_truncated;
  return result;
}

void FakeGuest::die() {
  set(Life::crashed);
  throw Error(ErrorKind::guest, "the guest's machine ended while a command ran in it");
}

GuestResult FakeGuest::hang() {
  set(Life::hung);
  return GuestResult{.end = GuestResult::End::timed_out};
}

void FakeGuest::restart() {
  std::lock_guard lock(mutex_);
  restarted_ = true;
}

bool FakeGuest::take_restart() {
  std::lock_guard lock(mutex_);
  return std::exchange(restarted_, false);
}

GuestResult FakeGuest::block() {
  CancelCallback wake(cancel_, [this] { set(life()); });
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return cancel_.cancelled() || life_ != Life::alive; });
  lock.unlock();
  cancel_.check();
  throw Error(ErrorKind::guest, "the guest's machine ended while a command ran in it");
}

FakeGuest::Life FakeGuest::life() const {
  std::lock_guard lock(mutex_);
  return life_;
}

void FakeGuest::end() {
  set(Life::ended);
}

std::vector<std::string> FakeGuest::asked() const {
  std::lock_guard lock(mutex_);
  return asked_;
}

std::string FakeGuest::file(const std::string& path) const {
  std::lock_guard lock(mutex_);
  const auto found = files_.find(path);
  return found == files_.end() ? "" : found->second;
}

void FakeGuest::ask(const std::string& what) {
  cancel_.check();
  std::lock_guard lock(mutex_);
  asked_.push_back(what);
  if (life_ == Life::crashed || life_ == Life::ended)
    throw Error(ErrorKind::guest, "the guest's machine is not running");
}

// A crashed or ended guest stays what it is.
void FakeGuest::set(Life life) {
  std::lock_guard lock(mutex_);
  if (life_ != Life::crashed && life_ != Life::ended) life_ = life;
  changed_.notify_all();
}

namespace fake {

FakeGuest::Handler prints(std::string out, int code, std::string err) {
  return [=](const GuestCommand&, FakeGuest&) { return GuestResult{.code = code, .out = out, .err = err}; };
}

FakeGuest::Handler prints_bytes(std::size_t count) {
  return [=](const GuestCommand&, FakeGuest&) { return GuestResult{.out = std::string(count, 'x')}; };
}

FakeGuest::Handler times_out() {
  return [](const GuestCommand&, FakeGuest&) { return GuestResult{.end = GuestResult::End::timed_out}; };
}

FakeGuest::Handler hangs() {
  return [](const GuestCommand&, FakeGuest& guest) { return guest.hang(); };
}

FakeGuest::Handler dies() {
  return [](const GuestCommand&, FakeGuest& guest) -> GuestResult { guest.die(); };
}

FakeGuest::Handler blocks() {
  return [](const GuestCommand&, FakeGuest& guest) { return guest.block(); };
}

}  // namespace fake

}  // namespace smx::vm
