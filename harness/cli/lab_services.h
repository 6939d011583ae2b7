#pragma once

#include <memory>
#include <mutex>

#include "harness/run/target_driver.h"
#include "vm/lab/tls_server.h"

namespace smx::cli {

/// The services that a run's scenarios find on this host, each started when the first scenario asks for it.
class LabServices : public run::HostServices {
 public:
  /// `ca` signs the cards and the servers of this run; it outlives this object.
  explicit LabServices(const vm::LabCa& ca) : ca_(ca) {}

  nlohmann::json parameters(const std::string& service) override;
  nlohmann::json lab() override;
  void accept_client(const std::string& certificate_pem) override;
  std::vector<verify::TlsSeen> tls_log(const std::string& path) override;

 private:
  vm::TlsServer& tls();

  const vm::LabCa& ca_;
  std::mutex mutex_;
  std::unique_ptr<vm::TlsServer> tls_;
};

}  // namespace smx::cli
