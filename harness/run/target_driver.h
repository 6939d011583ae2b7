#pragma once

#include <filesystem>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "harness/core/types.h"
#include "scenarios/verify/verify.h"
#include "vm/boot/boot_strategy.h"

namespace smx::run {

/// What the engine needs to know of one target. Thread-safe: groups of one target run side by side.
class TargetDriver {
 public:
  virtual ~TargetDriver() = default;
  virtual const vm::BootStrategy& boot() const = 0;
  /// The program that is put into the guest; valid as long as the driver.
  virtual std::string_view agent() const = 0;
  /// Makes a fresh overlay of the target's image. The image itself is never written to. Throws
  /// Error(environment).
  virtual void create_overlay(const std::filesystem::path& overlay) const = 0;
  /// Whether the target's system is known, by what is known of its image, to have no TLS 1.3.
  virtual bool lacks_tls13() const { return false; }
  /// What the guest said when the run's image was made of the target's, by name: evidence of each of its
  /// boots. Untrusted, bounded.
  virtual std::map<std::string, std::string> evidence_files() const { return {}; }
  /// For the run's record: "image", "kernel", ...
  virtual std::map<std::string, std::string> describe() const = 0;
};

/// Services on this host that scenarios use, started by the run that needs them. Thread-safe.
class HostServices {
 public:
  virtual ~HostServices() = default;
  /// What the agent is told of a service ("tls-server"), as in docs/agent-protocol.md. Starts it the first
  /// time. Throws Error(environment) when it cannot be started, Error(internal) for an unknown service.
  virtual nlohmann::json parameters(const std::string& service) = 0;
  /// A client certificate that the lab's authority did not issue, and that services are to take all the same:
  /// a real card's. Throws Error(usage) when the text holds none.
  virtual void accept_client(const std::string& certificate_pem) = 0;
  /// What the agent is told of the lab (docs/agent-protocol.md), started the first time, with the revocation
  /// lists of now. Throws Error(environment) when it cannot be started.
  virtual nlohmann::json lab() = 0;
  /// The lab's side of what is done from now on; only after `lab`.
  virtual verify::LabWitness lab_witness() = 0;
  /// What the TLS server saw of requests for `path`.
  virtual std::vector<verify::TlsSeen> tls_log(const std::string& path) = 0;
};

}  // namespace smx::run
