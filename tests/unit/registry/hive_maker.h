#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "harness/core/utf16.h"
#include "vm/registry/hive.h"

// Registry hives for tests: the smallest one there can be, to which hivex adds keys.

namespace smx::vm::test {

inline void put(std::string& bytes, std::size_t at, std::string_view value) {
  bytes.replace(at, value.size(), value);
}

inline std::string le(std::uint64_t value, std::size_t size) {
  std::string bytes;
  for (std::size_t i = 0; i < size; ++i, value >>= 8) bytes += static_cast<char>(value & 0xff);
  return bytes;
}

/// With the checksum that belongs to what the header says now.
inline std::string sealed(std::string hive) {
  put(hive, 508, le(hive_checksum(hive), 4));
  return hive;
}

/// A header, one bin of 4096 bytes, a root key without anything and its security descriptor.
inline std::string smallest_hive() {
  constexpr std::size_t kBin = 0x1000, kRoot = kBin + 0x20, kSecurity = kRoot + 0x58,
                        kFree = kSecurity + 0x30;
  const std::string none = le(0xffffffff, 4);
  std::string hive(0x2000, '\0');
  put(hive, 0, "regf" + le(1, 4) + le(1, 4));
  put(hive, 0x14, le(1, 4) + le(5, 4) + le(0, 4) + le(1, 4) + le(0x20, 4) + le(0x1000, 4) + le(1, 4));
  put(hive, kBin, "hbin" + le(0, 4) + le(0x1000, 4));
  put(hive, kRoot, le(0x100000000 - 0x58, 4) + "nk" + le(0x2c, 2));
  put(hive, kRoot + 4 + 0x10, none + le(0, 4) + le(0, 4) + none + none + le(0, 4) + none);
  put(hive, kRoot + 4 + 0x2c, le(kSecurity - kBin, 4) + none);
  put(hive, kRoot + 4 + 0x48, le(4, 2) + le(0, 2) + "ROOT");
  put(hive, kSecurity,
      le(0x100000000 - 0x30, 4) + "sk" + le(0, 2) + le(kSecurity - kBin, 4) + le(kSecurity - kBin, 4) +
          le(1, 4) + le(20, 4) + le(1, 2) + le(0x8000, 2));
  put(hive, kFree, le(0x2000 - kFree, 4));
  return sealed(hive);
}

inline RegistryValue text_value(std::string_view text) {
  return {RegistryValue::kText, utf16_from_utf8(text) + std::string(2, '\0')};
}

inline RegistryValue dword_value(std::uint32_t n) {
  return {RegistryValue::kDword, le(n, 4)};
}

inline RegistryValue texts_value(const std::vector<std::string>& texts) {
  std::string bytes;
  for (const auto& text : texts) bytes += utf16_from_utf8(text) + std::string(2, '\0');
  return {RegistryValue::kTexts, bytes + std::string(2, '\0')};
}

inline RegistryValue binary_value(std::string bytes) {
  return {RegistryValue::kBinary, std::move(bytes)};
}

/// Adds keys and values by path to a smallest hive.
class HiveMaker {
 public:
  HiveMaker& key(std::string_view path) {
    at(path);
    return *this;
  }
  HiveMaker& set(std::string_view path, const std::string& name, const RegistryValue& value) {
    hive_->set(at(path), name, value);
    return *this;
  }
  std::string bytes() { return hive_->bytes(); }

 private:
  Hive::Key at(std::string_view path) {
    auto key = hive_->root();
    while (!path.empty()) {
      const auto end = std::min(path.find('\\'), path.size());
      const auto part = path.substr(0, end);
      path.remove_prefix(std::min(path.size(), end + 1));
      const auto found = hive_->find(key, part);
      key = found ? *found : hive_->add(key, std::string(part));
    }
    return key;
  }

  std::unique_ptr<Hive> hive_ =
      std::make_unique<Hive>(smallest_hive(), "the test's hive", Hive::Access::write);
};

inline constexpr auto kLoader = "{733b62e5-f608-11eb-825c-c112f60133ab}";

/// A boot configuration store as a fresh Windows has it: boot manager and one loader.
inline HiveMaker boot_store() {
  HiveMaker maker;
  const std::string manager = "Objects\\{9dea862c-5cdd-4e70-acc1-f32b344d4795}";
  const std::string loader = std::string("Objects\\") + kLoader;
  maker.set(manager + "\\Description", "Type", dword_value(0x10100002));
  maker.set(manager + "\\Elements\\23000003", "Element", text_value(kLoader));
  maker.set(loader + "\\Description", "Type", dword_value(0x10200003));
  maker.set(loader + "\\Elements\\12000002", "Element", text_value("\\Windows\\system32\\winload.exe"));
  maker.set(loader + "\\Elements\\25000004", "Element", binary_value(le(30, 8)));
  return maker;
}

/// A SYSTEM hive with what the real ones have in common (Windows 10, SafeBoot as installed).
inline HiveMaker system_hive() {
  HiveMaker maker;
  const std::string set = "ControlSet001", safe_boot = set + "\\Control\\SafeBoot\\";
  maker.set("Select", "Current", dword_value(1));
  for (const auto* name :
       {"SCardSvr", "CryptSvc", "KeyIso", "Netlogon", "AppInfo", "PlugPlay", "LanmanWorkstation"})
    maker.set(safe_boot + "Network\\" + name, "", text_value("Service"));
  maker.set(safe_boot + "Network\\{50DD5230-BA8A-11D1-BF5D-0000F805F530}", "",
            text_value("Smart card readers"));
  maker.set(safe_boot + "Network\\WudfRd", "", text_value("Driver"));
  maker.set(safe_boot + "Network\\PNP Filter", "", text_value("Driver Group"));
  for (const auto* name : {"CryptSvc", "KeyIso", "Netlogon", "PlugPlay"})
    maker.set(safe_boot + "Minimal\\" + name, "", text_value("Service"));
  const auto service = [&](const std::string& name, std::uint32_t start, const std::string& group) {
    maker.set(set + "\\Services\\" + name, "Start", dword_value(start));
    maker.set(set + "\\Services\\" + name, "Type", dword_value(group.empty() ? 0x20 : 1));
    if (!group.empty()) maker.set(set + "\\Services\\" + name, "Group", text_value(group));
  };
  for (const auto* name : {"SCardSvr", "CryptSvc", "KeyIso", "Netlogon", "AppInfo", "PlugPlay",
                           "LanmanWorkstation", "CertPropSvc", "TermService", "UmRdpService", "SessionEnv"})
    service(name, 3, "");
  service("scfilter", 3, "PNP Filter");
  service("WudfRd", 3, "");
  return maker;
}

inline HiveMaker software_hive() {
  HiveMaker maker;
  const std::string version = "Microsoft\\Windows NT\\CurrentVersion";
  maker.set(version, "ProductName", text_value("Windows 10 Pro"));
  maker.set(version, "EditionID", text_value("Professional"));
  maker.set(version, "InstallationType", text_value("Client"));
  maker.set(version, "CurrentVersion", text_value("6.3"));
  maker.set(version, "CurrentMajorVersionNumber", dword_value(10));
  maker.set(version, "CurrentMinorVersionNumber", dword_value(0));
  maker.set(version, "CurrentBuildNumber", text_value("19045"));
  maker.set(version, "UBR", dword_value(3803));
  const std::string card =
      "Microsoft\\Cryptography\\Calais\\SmartCards\\Identity Device (NIST SP 800-73 [PIV])";
  maker.set(card, "ATR", binary_value("\x3b\x07"));
  maker.set(card, "80000001", text_value("msclmd.dll"));
  return maker;
}

}  // namespace smx::vm::test
