#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "harness/core/types.h"

// What is known of a Windows image without booting it, and what follows from it. Plain data, as in model.h;
// every text comes from the image, and was made safe to show where it was read.

namespace smx {

/// The image's boot entry, as its BCD store has it.
struct BootEntry {
  std::string loader;                    ///< the default entry's id, "{…}"
  std::string path;                      ///< its program: "\Windows\system32\winload.efi"
  std::optional<BootMode> mode;          ///< nothing: neither normal nor a Safe Mode that this program knows
  std::string mode_words;                ///< "safe-networking", or for a person what the mode is
  bool ignore_all_failures = false;      ///< bootstatuspolicy
  std::optional<bool> recovery_enabled;  ///< recoveryenabled; nothing: not set, which means yes
  bool operator==(const BootEntry&) const = default;
};

/// A line of a SafeBoot list: "QEMU-GA" = "Service".
struct SafeBootEntry {
  std::string name, kind;
  bool operator==(const SafeBootEntry&) const = default;
};

struct WindowsService {
  std::string name;
  std::optional<std::uint32_t> start;  ///< 0 boot, 1 system, 2 automatic, 3 on demand, 4 disabled
  std::optional<std::uint32_t> type;   ///< 1 kernel driver, 0x10 and 0x20 programs
  std::string group, image_path;
  std::vector<std::string> depends_on = {};         ///< DependOnService: each of them must start
  std::vector<std::string> depends_on_groups = {};  ///< DependOnGroup: of each, one member must
  /// The file's name in `image_path`; a driver without one has the service's with ".sys".
  std::string file() const;
  bool driver() const { return type && (*type & 0xf) != 0; }
  bool disabled() const { return start == 4u; }
  bool operator==(const WindowsService&) const = default;
};

/// A card that Windows knows by its ATR (Calais).
struct KnownCard {
  std::string name, atr, minidriver;  ///< `atr`: hex; `minidriver`: the DLL
  bool operator==(const KnownCard&) const = default;
};

struct WindowsInspection {
  std::string firmware;  ///< "bios" or "uefi"
  // The version.
  std::string product, edition, installation;  ///< "Windows 10 Pro", "Professional", "Client"
  std::string architecture;                    ///< "AMD64", "x86"
  std::string version;                         ///< "10.0.19045.3803", "6.1.7601"
  // The boot entry and what a Safe Mode starts.
  BootEntry boot;
  std::vector<SafeBootEntry> network, minimal;
  /// Those that rows need, the reader's drivers, and what all these depend on.
  std::vector<WindowsService> services;
  std::vector<KnownCard> cards;
  // What else decides.
  bool fast_startup = false;          ///< a shut-down hibernates the kernel
  bool hibernated = false;            ///< it is hibernated now
  bool password_changes_off = false;  ///< DisablePasswordChange
  std::optional<bool> plug_and_play;  ///< the policy EnableScPnP; nothing: not set, which means on
  std::optional<bool> propagation;    ///< the policy CertPropEnabled, likewise
  std::vector<std::string> warnings;  ///< one sentence each
  bool operator==(const WindowsInspection&) const = default;

  const std::vector<SafeBootEntry>& list(BootMode mode) const {
    return mode == BootMode::safe_networking ? network : minimal;
  }
  /// The service, with case ignored; null when it is not there.
  const WindowsService* service(const std::string& name) const;
  /// Whether the mode starts it: its name, its group, or a driver's file ("nsiproxy.sys") is on the list.
  /// Always in normal mode.
  bool starts(const std::string& service, BootMode mode) const;
  /// Whether this Windows' Schannel is one without TLS 1.3; false when the version cannot be read.
  bool lacks_tls13() const;
  /// Whether QEMU's guest agent may run in both Safe Modes.
  bool prepared() const;
};

/// Whether a list has a service, driver, class or group of that name, with case ignored.
bool has_entry(const std::vector<SafeBootEntry>& list, const std::string& name);

/// What is expected of a row in a mode before anything ran.
struct Prediction {
  std::string scenario;  ///< its id in the catalogue
  int row = 0;
  BootMode mode = BootMode::normal;
  Outcome expected = Outcome::passed;
  std::string cause;  ///< the cause expected of a failure: "not-in-safeboot"; empty when passed
  std::string why;    ///< one sentence
  bool operator==(const Prediction&) const = default;
};

nlohmann::json to_json(const BootEntry& v);
nlohmann::json to_json(const WindowsInspection& v);
nlohmann::json to_json(const Prediction& v);
/// Both throw Error(internal) on anything that `to_json` did not write.
WindowsInspection windows_inspection_from_json(const nlohmann::json& j);
Prediction prediction_from_json(const nlohmann::json& j);

}  // namespace smx
