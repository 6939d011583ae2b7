#include "harness/cli/lab_services.h"

#include <nlohmann/json.hpp>

#include "harness/core/error.h"

namespace smx::cli {
namespace {

/// Where QEMU's user network shows this host's loopback to the guest.
constexpr const char* kHostSeenFromGuest = "10.0.2.2";
constexpr const char* kTlsName = "tls.lab.test";
/// The discard service's: nobody answers there.
constexpr int kNobody = 9;

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

nlohmann::json LabServices::lab() {
  const auto at = [](const char* name) {
    return nlohmann::json{{"host", kHostSeenFromGuest}, {"port", kNobody}, {"name", name}};
  };
  return {{"realm", "LAB.TEST"},
          {"domain", "lab.test"},
          {"user", "user"},
          {"other_user", "other"},
          {"ca_pem", ca_.certificate_pem()},
          {"crl_pem", ca_.revocation_list_pem()},
          {"kdc", at("kdc.lab.test")},
          {"web", at("web.lab.test")}};
}

void LabServices::accept_client(const std::string& certificate_pem) {
  const std::lock_guard lock(mutex_);
  tls().accept_client(certificate_pem);
}

vm::TlsServer& LabServices::tls() {
  if (!tls_) tls_ = std::make_unique<vm::TlsServer>(ca_, kTlsName);
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

}  // namespace smx::cli
