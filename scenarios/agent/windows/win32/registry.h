#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "scenarios/agent/core/bytes.h"
#include "scenarios/agent/windows/win32/system.h"

namespace smx::agent {

/// A key of the registry, read within limits: names of 255 characters, values of 64 KiB, 4096 children. Where
/// nothing is said, the 64-bit view of a 64-bit system. Everything that is not there, or not open to this
/// process, is simply absent.
class RegistryKey {
 public:
  RegistryKey(HKEY root, const std::string& path, REGSAM access = KEY_READ | KEY_WOW64_64KEY);
  ~RegistryKey();
  RegistryKey(const RegistryKey&) = delete;
  RegistryKey& operator=(const RegistryKey&) = delete;

  bool is_there() const { return key_ != nullptr; }
  /// REG_SZ and REG_EXPAND_SZ, the latter as it stands; the first string of a REG_MULTI_SZ.
  std::optional<std::string> text(const std::string& name) const;
  /// REG_DWORD.
  std::optional<std::uint32_t> number(const std::string& name) const;
  /// A value's bytes, whatever its type.
  std::optional<Bytes> bytes(const std::string& name) const;
  std::vector<std::string> children() const;
  std::vector<std::string> value_names() const;

 private:
  HKEY key_ = nullptr;
};

}  // namespace smx::agent
