#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "harness/core/types.h"

namespace smx {

/// A service of a lab, as a guest reaches it.
struct LabAddress {
  std::string host;  ///< an address or a name
  int port = 0;
  std::string name;  ///< in its certificate, or its principal
  bool operator==(const LabAddress&) const = default;
};

/// What a guest has to know of the lab that it belongs to: a realm, its authority and its services. The lab's
/// own form and an existing domain are described by the same words (docs/lab.md).
struct LabDescription {
  LabKind kind = LabKind::loopback;
  std::string realm;       ///< upper case: "LAB.TEST"
  std::string domain;      ///< the DNS domain: "lab.test"
  std::string user;        ///< the card holder's account and principal, without the realm
  std::string other_user;  ///< another account, that may do nothing
  std::string ca_pem;      ///< the root, then the authority that issues the cards
  std::string crl_pem;     ///< the revocation list of each
  LabAddress kdc;          ///< Kerberos over TCP
  LabAddress web;          ///< HTTP with Negotiate; its principal is HTTP/NAME
  /// a UNC path that `user` may open: "\\\\fs.corp.example\\share"; "" when there is none
  std::string share;
  bool operator==(const LabDescription&) const = default;

  /// Of the card's holder: "user@LAB.TEST".
  std::string principal() const { return user + "@" + realm; }
};

/// For a run's record: "loopback", "external CORP.EXAMPLE".
std::string label(const LabDescription& lab);

/// What the agent is told (docs/agent-protocol.md).
nlohmann::json to_json(const LabDescription& lab);

}  // namespace smx
