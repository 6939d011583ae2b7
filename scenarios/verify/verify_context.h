#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "harness/core/model/observation.h"
#include "harness/core/time_types.h"
#include "vm/card/device/card_credentials.h"
#include "vm/card/device/card_state.h"

// What the controller saw for itself during an attempt, which the verifiers hold the agent's words against.

namespace smx::verify {

/// What a TLS server saw of one connection.
struct TlsSeen {
  std::string version;             ///< "TLSv1.2", "TLSv1.3"
  bool completed = false;          ///< the handshake, with the client's certificate verified
  std::string certificate_sha256;  ///< of the client certificate's DER, lower-case hex
  std::string token;               ///< the one-time token it answered with
};

/// The lab's KDC saw that a client has the key of a certificate.
struct KdcSeen {
  TimePoint at{};                  ///< to the second
  std::string certificate_sha256;  ///< of the DER, lower-case hex
  std::string principal;           ///< who it asked to be
};

/// What the lab's web server saw of one request.
struct WebSeen {
  std::string user;           ///< as the ticket says; "" when it was refused
  std::string card_sha256;    ///< of the certificate by which the ticket was obtained, as the KDC says
  std::string token;          ///< the one-time token it answered with
  std::string issued_sha256;  ///< of the certificate that it issued to a request for one
};

/// The lab's side of an attempt.
struct LabWitness {
  std::string principal;  ///< of the card's holder: "user@LAB.TEST"
  std::function<std::vector<KdcSeen>()> kdc;
  std::function<std::vector<WebSeen>(const std::string& path)> web;
  /// Why nobody here can ask the lab what it saw; then `kdc` and `web` are empty. "" when they can be asked.
  std::string absent = {};
};

/// What the controller knows beside the agent's words.
struct VerifyContext {
  std::string nonce;  ///< given to the agent for this attempt, in every phase the same
  const vm::CardCredentials& card;
  vm::CardState before, after;  ///< the card itself, around the attempt
  std::function<std::vector<TlsSeen>(const std::string& path)> tls_log;  ///< empty when no server was there
  std::vector<Check> not_applicable = {};  ///< checks that the agent reported so
  TimePoint began{};                       ///< when the attempt began, by this host's clock
  std::optional<LabWitness> lab = {};      ///< nothing when the scenario needs none
  /// The target's system is known, not by its own word, to have no TLS 1.3.
  bool lacks_tls13 = false;
};

}  // namespace smx::verify
