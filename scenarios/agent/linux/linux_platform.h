#pragma once

#include <string>

#include "scenarios/agent/core/platform.h"

namespace smx::agent {

/// Where the reference guest keeps what the agent looks at; tests give other places.
struct LinuxPaths {
  std::string proc = "/proc";
  std::string sys = "/sys";
  std::string run = "/run";
  std::string services = "/etc/services.d";
  std::string svc = "/usr/sbin/svc";  ///< by its path: busybox has an applet of that name
};

/// The reference guest's exit code for "not on the boot mode's SafeBoot list", its model of Windows' error
/// 1084.
inline constexpr int kNotInSafeboot = 84;

/// The reference guest (docs/reference-guest.md). What is kept between phases is a file in RUN/smx (0700).
class LinuxPlatform : public Platform {
 public:
  explicit LinuxPlatform(LinuxPaths paths = {}) : paths_(std::move(paths)) {}
  void require(SystemService service, const Deadline& deadline) override;
  std::unique_ptr<SmartCards> smart_cards(const Deadline& deadline) override;
  CardDriver card_driver(const Bytes& atr, const Deadline& deadline) override;
  std::string run_folder() const override { return paths_.run; }
  void keep(const std::string& key, const std::string& text) override;
  std::string take(const std::string& key) override;

 private:
  LinuxPaths paths_;
};

}  // namespace smx::agent
