#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

#include "scenarios/agent/core/bytes.h"
#include "scenarios/agent/core/pin.h"

namespace smx::agent {

/// The agent's input or arguments cannot be used: exit code 2. The message names the field, never its value.
struct BadInput : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// What the card in the reader is.
enum class CardApplication { piv, gids };

/// A host service that the scenario uses.
struct Service {
  std::string host;    ///< an address the guest can reach
  int port = 0;        ///< 1 to 65535
  std::string name;    ///< the name in the server's certificate
  std::string ca_pem;  ///< what the server is verified against
};

/// The lab that the guest belongs to: a realm, its authority and its services.
struct Lab {
  std::string kind;        ///< "loopback", the run's own, or "external", an existing domain
  std::string realm;       ///< upper case: "LAB.TEST"
  std::string domain;      ///< the DNS domain: "lab.test"
  std::string user;        ///< the card holder's account and principal, without the realm
  std::string other_user;  ///< another account: no card is theirs, and they may do nothing
  std::string ca_pem;      ///< the root, then the authority that issues the cards
  std::string crl_pem;     ///< the revocation list of each
  Service kdc;             ///< Kerberos over TCP; `ca_pem` is not used
  std::string share;       ///< a UNC path that the user may open; empty where there is none
  Service web;             ///< HTTP with Negotiate (RFC 4559); its principal is HTTP/NAME
};

/// What the controller asks for: the JSON object on stdin (docs/agent-protocol.md).
struct Request {
  std::string phase = "main";
  std::string nonce;                            ///< 32 lower-case hex digits
  std::chrono::milliseconds time_limit{30000};  ///< 1 ms to one hour
  std::map<std::string, Pin> credentials;       ///< "pin", "puk", "admin_key", "management_key", "new_pin"
  CardApplication application = CardApplication::piv;
  std::string certificate_pem;  ///< of the card's authentication key; may be empty
  Bytes atr;                    ///< may be empty
  bool may_block = true;        ///< the card's PIN may be blocked on purpose
  std::map<std::string, Service> services;
  std::optional<Lab> lab_given;

  /// Throws BadInput when the controller did not give it.
  const Pin& credential(const std::string& name) const;
  /// Null when the controller did not give it.
  const Pin* optional_credential(const std::string& name) const;
  const Service& service(const std::string& name) const;
  const Lab& lab() const;
};

inline constexpr std::size_t kRequestLimit = 1u << 20;  ///< bytes

/// Unknown keys are ignored (a newer controller may send more); wrong types, a missing nonce and another
/// `format` than 1 are BadInput.
Request parse_request(std::string_view json);

}  // namespace smx::agent
