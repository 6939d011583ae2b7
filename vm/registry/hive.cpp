#include "vm/registry/hive.h"

#include <fmt/format.h>
#include <hivex.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <type_traits>

#include "harness/core/error.h"
#include "harness/core/text.h"
#include "harness/core/unique_fd.h"
#include "harness/core/utf16.h"

namespace smx::vm {
namespace {

struct Free {
  void operator()(void* p) const { std::free(p); }
};
template <class T>
using Allocated = std::unique_ptr<T, Free>;

/// The zero-terminated list that hivex gave.
std::vector<std::size_t> list_of(const std::size_t* items) {
  std::vector<std::size_t> list;
  while (*items) list.push_back(*items++);
  return list;
}

void write_whole(int fd, std::string_view bytes, const std::string& name) {
  while (!bytes.empty()) {
    const auto n = ::write(fd, bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) throw Error(ErrorKind::environment, "no memory for the registry hive " + name);
    bytes.remove_prefix(static_cast<std::size_t>(n));
  }
}

}  // namespace

/// The hive's bytes in a file that has no name, because hivex opens files only; and hivex' handle.
struct Hive::Memory {
  UniqueFd fd;
  hive_h* handle = nullptr;

  ~Memory() {
    if (handle) hivex_close(handle);
  }
  std::string path() const { return fmt::format("/proc/self/fd/{}", fd.get()); }
};

Hive::Hive(std::string_view bytes, std::string name, Access access, UnfinishedHive unfinished)
    : name_(std::move(name)), memory_(std::make_unique<Memory>()) {
  const auto largest = access == Access::write ? kLargestWritten : kLargest;
  if (bytes.size() > largest)
    throw Error(ErrorKind::usage,
                fmt::format("{} is too large: {} bytes, and at most {} are {}", name_, bytes.size(), largest,
                            access == Access::write ? "written to" : "read"));
  header_ = check_hive(bytes, name_, unfinished);
  memory_->fd = UniqueFd(::memfd_create("hive", MFD_CLOEXEC));
  if (!memory_->fd) throw Error(ErrorKind::environment, "no memory for the registry hive " + name_);
  write_whole(memory_->fd.get(), bytes, name_);
  memory_->handle = hivex_open(memory_->path().c_str(), access == Access::write ? HIVEX_OPEN_WRITE : 0);
  if (!memory_->handle) fail("read");
}

Hive::~Hive() = default;

void Hive::fail(const std::string& doing) const {
  if (errno == ENOMEM) throw Error(ErrorKind::environment, "no memory for the registry hive " + name_);
  throw Error(
      ErrorKind::usage,
      fmt::format("{} is damaged: it cannot be {}; take the image from before it was damaged", name_, doing));
}

Hive::Key Hive::root() const {
  const auto root = hivex_root(memory_->handle);
  if (root == 0) fail("read at its root key");
  return root;
}

std::vector<Hive::Key> Hive::children(Key key) const {
  errno = 0;
  const auto count = hivex_node_nr_children(memory_->handle, key);
  // Its documentation promises 0 and errno for an error.
  if (count == 0 && errno != 0) fail("read");
  if (count > kMostChildren)
    throw Error(ErrorKind::usage, fmt::format("{} has a key with {} keys in it; at most {} are read", name_,
                                              count, kMostChildren));
  const Allocated<std::size_t> list(hivex_node_children(memory_->handle, key));
  if (!list) fail("read");
  return list_of(list.get());
}

std::string Hive::name_of(Key key) const {
  const Allocated<char> name(hivex_node_name(memory_->handle, key));
  if (!name) fail("read: a key has no sound name");
  return sanitize_guest_text(name.get(), 1024);
}

std::optional<Hive::Key> Hive::find(Key from, std::string_view path) const {
  Key at = from;
  for (std::size_t depth = 0; !path.empty(); ++depth) {
    if (depth == kDeepest) throw Error(ErrorKind::internal, "a registry path with too many parts");
    const auto end = std::min(path.find('\\'), path.size());
    const auto part = path.substr(0, end);
    path.remove_prefix(std::min(path.size(), end + 1));
    const auto list = children(at);
    const auto it =
        std::find_if(list.begin(), list.end(), [&](Key key) { return same_name(name_of(key), part); });
    if (it == list.end()) return {};
    at = *it;
  }
  return at;
}

std::vector<std::size_t> Hive::values_of(Key key) const {
  errno = 0;
  const auto count = hivex_node_nr_values(memory_->handle, key);
  if (count == 0 && errno != 0) fail("read");
  if (count > kMostChildren)
    throw Error(ErrorKind::usage,
                fmt::format("{} has a key with {} values; at most {} are read", name_, count, kMostChildren));
  const Allocated<std::size_t> list(hivex_node_values(memory_->handle, key));
  if (!list) fail("read");
  return list_of(list.get());
}

std::optional<std::size_t> Hive::value_handle(Key key, const std::string& name) const {
  for (const auto value : values_of(key)) {
    const Allocated<char> its(hivex_value_key(memory_->handle, value));
    if (!its) fail("read: a value has no sound name");
    if (same_name(its.get(), name)) return value;
  }
  return {};
}

std::optional<RegistryValue> Hive::value(Key key, const std::string& name) const {
  const auto handle = value_handle(key, name);
  if (!handle) return {};
  // Any number may stand there, and the enumeration has not all of them.
  std::underlying_type_t<hive_type> number = 0;
  auto* const type = reinterpret_cast<hive_type*>(&number);
  std::size_t size = 0;
  if (hivex_value_type(memory_->handle, *handle, type, &size) != 0) fail("read at the value " + name);
  if (size > kLargestValue)
    throw Error(ErrorKind::usage, fmt::format("{} has a value {} of {} bytes; at most {} are read", name_,
                                              sanitize_guest_text(name, 200), size, kLargestValue));
  const Allocated<char> bytes(hivex_value_value(memory_->handle, *handle, type, &size));
  if (!bytes) fail("read at the value " + name);
  return RegistryValue{number, std::string(bytes.get(), size)};
}

std::optional<std::size_t> Hive::place_of(Key key, const std::string& name) const {
  const auto handle = value_handle(key, name);
  if (!handle) return {};
  std::size_t size = 0;
  const auto cell = hivex_value_data_cell_offset(memory_->handle, *handle, &size);
  if (cell == 0) return {};
  return cell + 4;  // a cell begins with its length
}

Hive::Key Hive::add(Key parent, const std::string& name) {
  const auto key = hivex_node_add_child(memory_->handle, parent, name.c_str());
  if (key == 0) fail("given the key " + name);
  return key;
}

void Hive::remove(Key key) {
  if (hivex_node_delete_child(memory_->handle, key) != 0) fail("rid of a key");
}

void Hive::set(Key key, const std::string& name, const RegistryValue& value) {
  std::string name_copy = name, bytes = value.bytes;
  const hive_set_value set{name_copy.data(), static_cast<hive_type>(value.type), bytes.size(), bytes.data()};
  if (hivex_node_set_value(memory_->handle, key, &set, 0) != 0) fail("given the value " + name);
}

std::string Hive::bytes() {
  if (hivex_commit(memory_->handle, memory_->path().c_str(), 0) != 0) fail("written");
  struct stat st {};
  if (::fstat(memory_->fd.get(), &st) != 0) fail("written");
  std::string out(static_cast<std::size_t>(st.st_size), '\0');
  for (std::size_t at = 0; at < out.size();) {
    const auto n = ::pread(memory_->fd.get(), out.data() + at, out.size() - at, static_cast<off_t>(at));
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) fail("written");
    at += static_cast<std::size_t>(n);
  }
  return out;
}

}  // namespace smx::vm
