#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/agent/core/agent_scenario.h"
#include "scenarios/agent/linux/child.h"
#include "scenarios/agent/linux/private_folder.h"

namespace smx::agent {

inline constexpr const char* kKinit = "/usr/bin/kinit";
inline constexpr const char* kKlist = "/usr/bin/klist";
inline constexpr const char* kCurl = "/usr/bin/curl";

/// A client of the lab's realm, with a configuration and a ticket cache of its own that go with this object.
class KerberosClient {
 public:
  /// Throws BadInput when the controller described no lab.
  explicit KerberosClient(ScenarioContext& context);

  /// Logs the lab's user on with the card's key of this id (PKINIT through OpenSC). Reports the check passed,
  /// or failed with a cause; whether it passed.
  bool log_on(std::string_view check, std::string_view key_id);
  /// The same, with the card's authentication key.
  bool log_on(std::string_view check);

  /// Has the lab's web server answer to `path`, in exchange for the ticket. Reports the check, and puts the
  /// answer into the detail `token`, for the controller to compare; whether it passed.
  bool use_ticket(std::string_view check, const std::string& path);

  /// Asks the lab's web server for `path` with the ticket. `more`: further arguments of curl.
  ChildEnd ask_web(const std::string& path, const std::vector<std::string>& more = {});

  /// The principal that the ticket cache is of; "" when there is none.
  std::string principal();

  const PrivateFolder& folder() const { return folder_; }

 private:
  ChildEnd run(std::vector<std::string> argv, std::string input = {});

  ScenarioContext& context_;
  PrivateFolder folder_;
  std::map<std::string, std::string> env_;
};

/// Ends the scenario as not applicable (StepFailure, `rsa-only`) when the card's key is one of an elliptic
/// curve: the PKINIT client of MIT Kerberos 1.20 has cards sign by RSA only (CKM_RSA_PKCS).
void require_rsa(const ScenarioContext& context);

/// What a logon with the card needs: the network, a reader with a card, and an RSA key. Else it ends the
/// scenario: throws StepFailure.
void prepare_for_logon(ScenarioContext& context);

/// The libkrb5 configuration of a client of this lab. `anchors`: a file with the authorities' certificates.
std::string krb5_conf(const Lab& lab, const std::string& anchors);

/// The protocol's word for what kinit says on stderr, with libkrb5's trace (KRB5_TRACE) before it.
const char* kinit_cause(std::string_view talk);

/// The protocol's word for what curl says on stderr.
const char* curl_cause(std::string_view talk);

}  // namespace smx::agent
