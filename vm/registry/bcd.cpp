#include "vm/registry/bcd.h"

#include <fmt/format.h>

#include <algorithm>

#include "harness/core/error.h"
#include "harness/core/little_endian.h"
#include "harness/core/text.h"
#include "harness/core/utf16.h"

namespace smx::vm {
namespace {

using namespace std::string_literals;

constexpr auto kManager = "{9dea862c-5cdd-4e70-acc1-f32b344d4795}";
constexpr auto kDefault = "23000003", kOrder = "24000001", kPath = "12000002";
constexpr auto kSafeBoot = "25000080", kAlternateShell = "26000081";
constexpr auto kStatusPolicy = "250000e0", kRecovery = "16000009";
constexpr std::uint32_t kOsLoader = 0x10200003;

[[noreturn]] void refuse(const Hive& hive, const std::string& why) {
  throw Error(ErrorKind::usage, hive.name() + " " + why);
}

std::optional<Hive::Key> object(const Hive& hive, const std::string& id) {
  return hive.find(hive.root(), "Objects\\" + id);
}

std::optional<RegistryValue> element(const Hive& hive, const std::string& id, const std::string& element) {
  const auto its = object(hive, id);
  if (!its) return {};
  const auto key = hive.find(*its, "Elements\\" + element);
  return key ? hive.value(*key, "Element") : std::nullopt;
}

/// An integer or a boolean; Windows writes 8 bytes and 1 byte of them.
std::optional<std::uint64_t> number(const std::optional<RegistryValue>& value) {
  if (!value || value->type != RegistryValue::kBinary || value->bytes.empty() || value->bytes.size() > 8)
    return {};
  std::uint64_t n = 0;
  for (auto i = value->bytes.size(); i-- > 0;) n = n << 8 | le8(value->bytes, i);
  return n;
}

std::string id_of(const std::optional<RegistryValue>& value) {
  if (!value) return {};
  if (value->type == RegistryValue::kBinary && value->bytes.size() == 16) return guid_text(value->bytes);
  if (value->type == RegistryValue::kTexts) {
    const auto all = value->texts();
    return all.empty() ? std::string() : all.front();
  }
  return value->text();
}

std::string default_loader(const Hive& hive) {
  auto id = id_of(element(hive, kManager, kDefault));
  if (id.empty()) id = id_of(element(hive, kManager, kOrder));
  if (id.empty()) refuse(hive, "is not a boot configuration store with a default entry");
  const bool plain = id.size() == 38 && id.find('\\') == std::string::npos;
  const auto its = plain ? object(hive, id) : std::nullopt;
  if (!its)
    refuse(hive,
           fmt::format("names {} as its default entry, which is not in it", sanitize_guest_text(id, 80)));
  const auto description = hive.find(*its, "Description");
  const auto type = description ? hive.value(*description, "Type") : std::nullopt;
  if (!type || type->dword() != kOsLoader)
    refuse(hive,
           fmt::format("has a default entry {} that is not a Windows loader; make Windows the default in "
                       "normal mode (bcdedit /default)",
                       id));
  return id;
}

std::string word(std::uint64_t n) {
  std::string bytes(8, '\0');
  for (auto& byte : bytes) {
    byte = static_cast<char>(n & 0xff);
    n >>= 8;
  }
  return bytes;
}

void name_mode(BootEntry& entry, const std::optional<RegistryValue>& safe_boot, bool alternate_shell) {
  const auto n = number(safe_boot);
  if (!safe_boot) {
    // Without safeboot Windows does not look at the other.
    entry.mode = BootMode::normal;
  } else if (n == 1u && !alternate_shell) {
    entry.mode = BootMode::safe_networking;
  } else if (n == 0u) {
    entry.mode = alternate_shell ? BootMode::safe_command_prompt : BootMode::safe_minimal;
  } else if (n == 1u) {
    entry.mode_words = "Safe Mode with Networking and the command prompt";
  } else if (n == 2u) {
    entry.mode_words = "directory services repair";
  } else {
    entry.mode_words = "an unknown safeboot element";
  }
  if (entry.mode) entry.mode_words = name(*entry.mode);
}

}  // namespace

std::string guid_text(std::string_view bytes) {
  return fmt::format("{{{:08x}-{:04x}-{:04x}-{}-{}}}", le32(bytes, 0), le16(bytes, 4), le16(bytes, 6),
                     to_hex(bytes.substr(8, 2)), to_hex(bytes.substr(10, 6)));
}

Bcd::Bcd(std::string bytes, std::string name) : bytes_(std::move(bytes)), name_(std::move(name)) {
  if (bytes_.size() > Hive::kLargestWritten)
    throw Error(ErrorKind::usage, fmt::format("{} is too large for a boot configuration store: {} bytes",
                                              name_, bytes_.size()));
  loader_ = default_loader(Hive(bytes_, name_));
}

BootEntry Bcd::entry() const {
  const Hive hive(bytes_, name_);
  BootEntry entry;
  entry.loader = loader_;
  const auto path = element(hive, loader_, kPath);
  if (path) entry.path = sanitize_guest_text(path->text(), 300);
  const auto shell = number(element(hive, loader_, kAlternateShell));
  name_mode(entry, element(hive, loader_, kSafeBoot), shell.value_or(0) != 0);
  entry.ignore_all_failures = number(element(hive, loader_, kStatusPolicy)) == 1u;
  if (const auto recovery = number(element(hive, loader_, kRecovery)))
    entry.recovery_enabled = *recovery != 0;
  return entry;
}

bool Bcd::set_mode(BootMode mode) {
  switch (mode) {
    case BootMode::normal: return apply({{kSafeBoot, {}}, {kAlternateShell, {}}});
    case BootMode::safe_networking: return apply({{kSafeBoot, word(1)}, {kAlternateShell, {}}});
    case BootMode::safe_minimal: return apply({{kSafeBoot, word(0)}, {kAlternateShell, {}}});
    case BootMode::safe_command_prompt: return apply({{kSafeBoot, word(0)}, {kAlternateShell, "\1"s}});
  }
  throw Error(ErrorKind::internal, "a boot mode without a form in a boot configuration store");
}

bool Bcd::set_ignore_all_failures() {
  return apply({{kStatusPolicy, word(1)}});
}

bool Bcd::set_recovery_enabled(bool enabled) {
  return apply({{kRecovery, enabled ? "\1"s : "\0"s}});
}

bool Bcd::apply(Wanted wanted) {
  {
    const Hive hive(bytes_, name_);
    std::erase_if(wanted, [&](const auto& item) {
      const auto key = hive.find(*object(hive, loader_), "Elements\\" + item.first);
      if (!key || !item.second) return !key && !item.second;
      return hive.value(*key, "Element") == RegistryValue{RegistryValue::kBinary, *item.second};
    });
  }
  if (wanted.empty()) return false;
  if (overwrite(wanted)) return true;
  Hive hive(bytes_, name_, Hive::Access::write);
  const auto loader = *object(hive, loader_);
  auto elements = hive.find(loader, "Elements");
  if (!elements) elements = hive.add(loader, "Elements");
  for (const auto& [element, bytes] : wanted) {
    auto key = hive.find(*elements, element);
    if (!bytes) {
      hive.remove(*key);
      continue;
    }
    if (!key) key = hive.add(*elements, element);
    hive.set(*key, "Element", {RegistryValue::kBinary, *bytes});
  }
  auto changed = hive.bytes();
  if (changed.size() > Hive::kLargestWritten)
    throw Error(ErrorKind::usage, name_ +
                                      " was switched too often and has grown too large; switch a fresh "
                                      "overlay of the image instead");
  bytes_ = std::move(changed);
  return true;
}

/// All of it or nothing.
bool Bcd::overwrite(const Wanted& wanted) {
  const Hive hive(bytes_, name_);
  auto changed = bytes_;
  for (const auto& [element, bytes] : wanted) {
    if (!bytes) return false;
    const auto key = hive.find(*object(hive, loader_), "Elements\\" + element);
    const auto now = key ? hive.value(*key, "Element") : std::nullopt;
    if (!now || now->type != RegistryValue::kBinary || now->bytes.size() != bytes->size()) return false;
    const auto place = hive.place_of(*key, "Element");
    if (!place || !holds(bytes_, *place, bytes->size()) ||
        bytes_.compare(*place, bytes->size(), now->bytes) != 0)
      return false;
    changed.replace(*place, bytes->size(), *bytes);
  }
  bytes_ = std::move(changed);
  return true;
}

}  // namespace smx::vm
