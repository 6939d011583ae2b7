#include "vm/registry/software_hive.h"

#include <fmt/format.h>

#include <algorithm>

#include "harness/core/error.h"
#include "harness/core/text.h"
#include "vm/registry/values.h"

namespace smx::vm {
namespace {

constexpr std::size_t kMostCards = 1000, kLongestAtr = 33;
constexpr auto kVersion = "Microsoft\\Windows NT\\CurrentVersion";

std::optional<bool> flag_of(const std::optional<RegistryValue>& value) {
  const auto number = dword_of(value);
  return number ? std::optional<bool>(*number != 0) : std::nullopt;
}

}  // namespace

SoftwareHive::SoftwareHive(const Hive& hive) : hive_(hive) {
  if (!hive.find(hive.root(), kVersion))
    throw Error(ErrorKind::usage, hive.name() + " is not a SOFTWARE hive: it names no version of Windows");
}

std::optional<RegistryValue> SoftwareHive::value(const std::string& path, const std::string& name) const {
  const auto key = hive_.find(hive_.root(), path);
  return key ? hive_.value(*key, name) : std::nullopt;
}

std::string SoftwareHive::version_text(const std::string& name) const {
  return text_of(value(kVersion, name));
}

std::string SoftwareHive::product() const {
  return version_text("ProductName");
}

std::string SoftwareHive::edition() const {
  return version_text("EditionID");
}

std::string SoftwareHive::installation() const {
  return version_text("InstallationType");
}

std::string SoftwareHive::version() const {
  const auto major = dword_of(value(kVersion, "CurrentMajorVersionNumber"));
  const auto minor = dword_of(value(kVersion, "CurrentMinorVersionNumber"));
  auto text = major ? fmt::format("{}.{}", *major, minor.value_or(0)) : version_text("CurrentVersion");
  if (const auto build = version_text("CurrentBuildNumber"); !build.empty()) text += "." + build;
  if (const auto update = dword_of(value(kVersion, "UBR"))) text += fmt::format(".{}", *update);
  return text;
}

std::optional<bool> SoftwareHive::plug_and_play() const {
  return flag_of(value("Policies\\Microsoft\\Windows\\ScPnP", "EnableScPnP"));
}

std::optional<bool> SoftwareHive::propagation() const {
  return flag_of(value("Policies\\Microsoft\\Windows\\CertProp", "CertPropEnabled"));
}

std::vector<KnownCard> SoftwareHive::cards() const {
  std::vector<KnownCard> cards;
  const auto key = hive_.find(hive_.root(), "Microsoft\\Cryptography\\Calais\\SmartCards");
  if (!key) return cards;
  for (const auto child : hive_.children(*key)) {
    if (cards.size() == kMostCards) break;
    const auto atr = hive_.value(child, "ATR");
    cards.push_back({hive_.name_of(child),
                     atr && atr->type == RegistryValue::kBinary
                         ? to_hex(std::string_view(atr->bytes).substr(0, kLongestAtr))
                         : std::string(),
                     text_of(hive_.value(child, "80000001"))});
  }
  return cards;
}

}  // namespace smx::vm
