#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "vm/registry/hive_header.h"

struct hive_h;

namespace smx::vm {

/// A registry value as it is stored.
struct RegistryValue {
  std::uint32_t type = 0;  ///< REG_SZ 1, REG_EXPAND_SZ 2, REG_BINARY 3, REG_DWORD 4, REG_MULTI_SZ 7
  std::string bytes;
  bool operator==(const RegistryValue&) const = default;

  /// Of a REG_DWORD; nothing for anything else.
  std::optional<std::uint32_t> dword() const;
  /// Of REG_SZ and REG_EXPAND_SZ, as UTF-8 up to its first NUL; "" for anything else.
  std::string text() const;
  /// The parts of REG_MULTI_SZ; none for anything else.
  std::vector<std::string> texts() const;

  static constexpr std::uint32_t kText = 1, kExpandText = 2, kBinary = 3, kDword = 4, kTexts = 7;
};

/// A registry hive in memory, read and written through libhivex (hivex(3)). The bytes may be untrusted:
/// every walk is by a path (no recursion), and what is larger than the limits below is refused. Not
/// thread-safe. Every function throws Error(usage) naming the hive when it turns out to be damaged.
class Hive {
 public:
  enum class Access { read, write };
  using Key = std::size_t;

  static constexpr std::size_t kLargest = 512u << 20;       ///< bytes of a hive
  static constexpr std::size_t kLargestWritten = 4u << 20;  ///< of one that is written: hivex keeps a copy
  static constexpr std::size_t kMostChildren = 20000;       ///< keys or values of a key
  static constexpr std::size_t kLargestValue = 1u << 20;    ///< bytes
  static constexpr std::size_t kDeepest = 64;               ///< parts of a path

  /// `name` is how errors call it. Throws Error(usage) for anything that is not a valid hive (`check_hive`)
  /// or is too large, Error(environment) when there is no memory for it.
  Hive(std::string_view bytes, std::string name, Access access = Access::read,
       UnfinishedHive unfinished = UnfinishedHive::refuse);
  ~Hive();
  Hive(const Hive&) = delete;
  Hive& operator=(const Hive&) = delete;

  const std::string& name() const { return name_; }
  const HiveHeader& header() const { return header_; }

  Key root() const;
  /// The key at `path` ("Control\\SafeBoot") below `from`; case is ignored. Nothing when there is none.
  std::optional<Key> find(Key from, std::string_view path) const;
  std::vector<Key> children(Key key) const;
  std::string name_of(Key key) const;
  /// "" is the key's default value.
  std::optional<RegistryValue> value(Key key, const std::string& name) const;
  /// Where in the hive's bytes a value's data is, when it has a place of its own (more than 4 bytes).
  std::optional<std::size_t> place_of(Key key, const std::string& name) const;

  // With Access::write only. Every session that adds something lets the hive grow by 4096 bytes at least.
  Key add(Key parent, const std::string& name);
  /// Removes a key with everything below it; what it took is not used again.
  void remove(Key key);
  void set(Key key, const std::string& name, const RegistryValue& value);
  /// The hive as it is now, with a header that says so.
  std::string bytes();

 private:
  struct Memory;

  std::vector<std::size_t> values_of(Key key) const;
  std::optional<std::size_t> value_handle(Key key, const std::string& name) const;
  [[noreturn]] void fail(const std::string& doing) const;

  std::string name_;
  HiveHeader header_;
  std::unique_ptr<Memory> memory_;
};

}  // namespace smx::vm
