#pragma once

#include <functional>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/core/model/observation.h"
#include "harness/core/time_types.h"
#include "vm/card/device/card_credentials.h"
#include "vm/card/device/card_state.h"

// The controller's side of a scenario: what the agent wrote is parsed as what it is, the untrusted word of a
// guest, and held against what the controller saw for itself. Pure but for OpenSSL; no machine, no clock.

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

/// What a call of the agent said; `trouble` instead when it is no result of this call.
struct AgentResult {
  std::vector<Check> checks;
  /// The agent's details, a JSON object; untrusted.
  std::shared_ptr<const nlohmann::json> details;
  /// Set for bytes that are no result: outcome blocked, cause `malformed-result` or `foreign-result`.
  std::optional<Observation> trouble;
};

/// Strict and bounded: at most 1 MiB, depth and count limits, texts through sanitize_guest_text. Never throws
/// for anything the bytes hold.
AgentResult parse_agent_result(std::string_view bytes, std::string_view scenario, std::string_view phase,
                               std::string_view nonce);

/// The checks of one of the catalogue's verifiers ("card-restored", "card-signed", "enrolment", "kdc-log",
/// "propagated-certificate", "signature", "tls-server-log", "web-log"), each with `by` = "controller".
/// `details` holds the agent's details by phase: {"main": {...}}. Throws Error(internal) for a verifier that
/// nobody knows.
std::vector<Check> verify(const std::string& verifier, const nlohmann::json& details,
                          const VerifyContext& context);

/// Whether anything could have loaded the card's driver.
struct PlugAndPlay {
  CardSolution solution = CardSolution::plug_and_play;
  bool turned_on = true;  ///< the target's policy
};

/// What the controller knows of a target, whatever its guest says.
struct KnownTarget {
  PlugAndPlay plug_and_play;
  bool lacks_tls13 = false;
};

/// A failed check that is about the card's driver (`about`, by id) is not applicable where the card's
/// solution is not compatible with Plug and Play, or the policy turns it off: the document says that its
/// error "does not necessarily mean that there is a problem with the smart card". What the agent said stays
/// in the message.
void excuse_plug_and_play(std::vector<Check>& checks, const std::vector<std::string>& about,
                          const PlugAndPlay& plug_and_play);

/// One observation from all the checks of an attempt, held against the ids that the catalogue lists. The
/// rules stand at its definition and in docs/adding-a-scenario.md.
Observation fold(const std::vector<Check>& checks, const std::vector<std::string>& expected);

}  // namespace smx::verify
