#pragma once

#include <string>

#include "scenarios/agent/core/agent_scenario.h"
#include "scenarios/agent/windows/smartcard/client_certificate.h"

namespace smx::agent {

/// The name by which Windows takes a certificate in place of a user's name (CredMarshalCredential). It holds
/// the certificate's hash alone: a program that gets the name finds the certificate in the Personal store.
std::string marshalled_certificate(const Bytes& certificate);

/// The card's certificate in the Personal store of this process's user, as certificate propagation would have
/// put it there, and its name. Where
/// it was not there before it is taken out again with this object.
class CardCredential {
 public:
  /// The card in the first reader. Throws StepFailure: as ProviderKey does, and blocked, `system-trouble`.
  explicit CardCredential(ScenarioContext& context);
  ~CardCredential();
  CardCredential(const CardCredential&) = delete;
  CardCredential& operator=(const CardCredential&) = delete;

  /// "@@…": goes where a user name goes, with the PIN in the password's place.
  const std::string& user_name() const { return user_name_; }
  /// DER.
  const Bytes& certificate() const { return certificate_; }

 private:
  CertificateStore store_;
  Bytes certificate_;
  bool added_ = false;
  std::string user_name_;
};

}  // namespace smx::agent
