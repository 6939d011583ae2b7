#include "scenarios/agent/windows/win32/registry.h"

#include <algorithm>

#include "scenarios/agent/windows/win32/text.h"

namespace smx::agent {
namespace {

constexpr DWORD kValueLimit = 64u << 10;
constexpr DWORD kCountLimit = 4096;
constexpr DWORD kNameLimit =
    256;  // characters of a key's name, its end included; values' names are cut to it

struct Value {
  DWORD type = REG_NONE;
  Bytes bytes;
};

std::optional<Value> read(HKEY key, const std::string& name) {
  if (key == nullptr) return std::nullopt;
  Value value;
  value.bytes.resize(kValueLimit);
  DWORD size = kValueLimit;
  if (RegQueryValueExW(key, wide(name).c_str(), nullptr, &value.type, value.bytes.data(), &size) != 0)
    return std::nullopt;
  value.bytes.resize(std::min<std::size_t>(size, value.bytes.size()));
  return value;
}

template <typename Next>
std::vector<std::string> names(Next next) {
  std::vector<std::string> all;
  for (DWORD i = 0; i < kCountLimit; ++i) {
    wchar_t name[kNameLimit];
    DWORD size = kNameLimit;
    const auto error = next(i, name, &size);
    if (error == ERROR_MORE_DATA) continue;
    if (error != ERROR_SUCCESS) break;
    all.push_back(narrow({name, size}));
  }
  return all;
}

}  // namespace

RegistryKey::RegistryKey(HKEY root, const std::string& path, REGSAM access) {
  if (RegOpenKeyExW(root, wide(path).c_str(), 0, access, &key_) != 0) key_ = nullptr;
}

RegistryKey::~RegistryKey() {
  if (key_ != nullptr) RegCloseKey(key_);
}

std::optional<std::string> RegistryKey::text(const std::string& name) const {
  const auto value = read(key_, name);
  if (!value || (value->type != REG_SZ && value->type != REG_EXPAND_SZ && value->type != REG_MULTI_SZ))
    return std::nullopt;
  std::wstring characters(value->bytes.size() / sizeof(wchar_t), L'\0');
  std::copy_n(value->bytes.begin(), characters.size() * sizeof(wchar_t),
              reinterpret_cast<std::uint8_t*>(characters.data()));
  return narrow(std::wstring_view(characters).substr(0, characters.find(L'\0')));
}

std::optional<std::uint32_t> RegistryKey::number(const std::string& name) const {
  const auto value = read(key_, name);
  if (!value || value->type != REG_DWORD || value->bytes.size() != 4) return std::nullopt;
  const auto& b = value->bytes;
  return static_cast<std::uint32_t>(b[0]) | static_cast<std::uint32_t>(b[1]) << 8 |
         static_cast<std::uint32_t>(b[2]) << 16 | static_cast<std::uint32_t>(b[3]) << 24;
}

std::optional<Bytes> RegistryKey::bytes(const std::string& name) const {
  auto value = read(key_, name);
  if (!value) return std::nullopt;
  return std::move(value->bytes);
}

std::vector<std::string> RegistryKey::children() const {
  if (key_ == nullptr) return {};
  return names([this](DWORD i, wchar_t* name, DWORD* size) {
    return RegEnumKeyExW(key_, i, name, size, nullptr, nullptr, nullptr, nullptr);
  });
}

std::vector<std::string> RegistryKey::value_names() const {
  if (key_ == nullptr) return {};
  return names([this](DWORD i, wchar_t* name, DWORD* size) {
    return RegEnumValueW(key_, i, name, size, nullptr, nullptr, nullptr, nullptr);
  });
}

}  // namespace smx::agent
