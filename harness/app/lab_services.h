#pragma once

#include <memory>
#include <mutex>

#include "harness/run/target_driver.h"
#include "vm/lab/loopback_lab.h"
#include "vm/lab/tls_server.h"

namespace smx::app {

/// The services that a run's scenarios find on this host, each started when the first scenario asks for it;
/// and an existing domain, which is not started.
class LabServices : public run::HostServices {
 public:
  /// `ca` signs the cards and the servers of this run; it outlives this object, as `cancel` does. `folder`:
  /// of the run's own lab, made when a scenario needs it; `named`: what the matrix says of the lab.
  LabServices(const vm::LabCa& ca, Lab named, std::filesystem::path folder, const CancelToken& cancel)
      : ca_(ca), named_(std::move(named)), folder_(std::move(folder)), cancel_(cancel) {}

  nlohmann::json parameters(const std::string& service) override;
  void accept_client(const std::string& certificate_pem) override;
  nlohmann::json lab() override;
  verify::LabWitness lab_witness() override;
  std::vector<verify::TlsSeen> tls_log(const std::string& path) override;

 private:
  vm::TlsServer& tls();

  const vm::LabCa& ca_;
  const Lab named_;
  const std::filesystem::path folder_;
  const CancelToken& cancel_;
  std::mutex mutex_;
  std::unique_ptr<vm::LoopbackLab> lab_;
  std::string principal_;
  std::unique_ptr<vm::TlsServer> own_tls_;  ///< where it was asked for before the lab, which has one
  vm::TlsServer* tls_ = nullptr;            ///< the one that this run uses
};

}  // namespace smx::app
