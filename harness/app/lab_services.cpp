#include "harness/app/lab_services.h"

#include <nlohmann/json.hpp>

#include "harness/core/error.h"
#include "harness/spec/lab_files.h"

namespace smx::app {
namespace {

/// Where QEMU's user network shows this host's loopback to the guest.
constexpr const char* kHostSeenFromGuest = "10.0.2.2";
constexpr const char* kTlsName = "tls.lab.test";

/// As it is now: lists are renewed while a run goes on.
LabDescription existing_domain(const Lab& named) {
  auto described = named.domain;
  described.ca_pem = spec::read_authority(named.ca);
  if (!named.crl.empty()) described.crl_pem = spec::read_revocation_lists(named.crl);
  return described;
}

}  // namespace

nlohmann::json LabServices::parameters(const std::string& service) {
  if (service != "tls-server") throw Error(ErrorKind::internal, "no service is called \"" + service + "\"");
  const std::lock_guard lock(mutex_);
  const auto& server = tls();
  return {{"host", kHostSeenFromGuest},
          {"port", server.port()},
          {"name", server.name()},
          {"ca_pem", server.ca_pem()}};
}

void LabServices::accept_client(const std::string& certificate_pem) {
  const std::lock_guard lock(mutex_);
  tls().accept_client(certificate_pem);
}

nlohmann::json LabServices::lab() {
  if (named_.external()) return to_json(existing_domain(named_));
  const std::lock_guard lock(mutex_);
  if (!lab_) {
    std::filesystem::create_directories(folder_.parent_path());
    lab_ = std::make_unique<vm::LoopbackLab>(folder_, ca_, cancel_);
  }
  const auto described = lab_->describe(cancel_);
  principal_ = described.principal();
  return to_json(described);
}

verify::LabWitness LabServices::lab_witness() {
  if (named_.external())
    return {named_.domain.principal(),
            {},
            {},
            "the logs of the KDC and the web server of " + named_.domain.realm +
                " are not available here, and the guest's report alone is not enough; the run's own lab has "
                "logs"};
  const std::lock_guard lock(mutex_);
  if (!lab_) throw Error(ErrorKind::internal, "the lab was asked what it saw before it was there");
  // The lab lives as long as this object, and its logs may be asked by any thread.
  const auto& lab = *lab_;
  return {principal_,
          [&lab] {
            std::vector<verify::KdcSeen> seen;
            for (const auto& entry : lab.kdc().seen())
              seen.push_back({entry.at, entry.certificate_sha256, entry.principal});
            return seen;
          },
          [&lab](const std::string& path) {
            std::vector<verify::WebSeen> seen;
            for (const auto& entry : lab.web().log_for(path))
              seen.push_back({entry.user, entry.card_sha256, entry.token, entry.issued_sha256});
            return seen;
          }};
}

vm::TlsServer& LabServices::tls() {
  if (tls_ == nullptr && lab_) tls_ = &lab_->tls();
  if (tls_ == nullptr) {
    own_tls_ = std::make_unique<vm::TlsServer>(ca_, kTlsName);
    tls_ = own_tls_.get();
  }
  return *tls_;
}

std::vector<verify::TlsSeen> LabServices::tls_log(const std::string& path) {
  const std::lock_guard lock(mutex_);
  std::vector<verify::TlsSeen> seen;
  if (!tls_) return seen;
  for (const auto& entry : tls_->log_for(path))
    seen.push_back(
        {entry.tls_version, entry.handshake_succeeded, entry.client_certificate_sha256, entry.token});
  return seen;
}

}  // namespace smx::app
