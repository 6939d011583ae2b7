#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "harness/core/time_types.h"
#include "vm/lab/lab_ca.h"
#include "vm/lab/tls_log.h"

namespace smx::vm {

struct TlsServerOptions {
  /// From the connection to the end of the request: a silent client cannot hold it longer.
  Milliseconds time_limit{10000};
  std::size_t most_connections = 32;  ///< at the same time; more are closed at once
};

/// The lab's TLS server: demands a client certificate from the lab's CA (or an accepted one), and answers
/// `GET /path HTTP/1.0` with a one-time token as the body. Its log is the independent side by which it is
/// known that a card authenticated: a client that names a token has made the handshake of that entry.
///
/// TLS 1.2 and 1.3; no session is ever resumed, so every connection needs the card's private key anew.
/// Listens on 127.0.0.1 at a free port; one thread of its own. Thread-safe.
class TlsServer {
 public:
  /// Listens when the constructor returns. `ca` outlives this: each client's certificate is asked of it.
  /// Throws Error(environment) when there is no port.
  TlsServer(const LabCa& ca, const std::string& dns_name, TlsServerOptions options = {});
  /// Closes every connection.
  ~TlsServer();
  TlsServer(const TlsServer&) = delete;
  TlsServer& operator=(const TlsServer&) = delete;

  std::uint16_t port() const;
  const std::string& name() const;    ///< the DNS name in its certificate
  const std::string& ca_pem() const;  ///< the root that its certificate chains to

  /// From the next connection on, this very certificate is accepted too, whatever its issuer: a real card has
  /// one of its owner's authority. Throws Error(usage) when the text holds none.
  void accept_client(const std::string& certificate_pem);

  /// The connections that have ended or were given a token, oldest first; at most the last 4096. An entry is
  /// there before its client can know the token.
  std::vector<TlsLogEntry> log() const;
  /// Those that asked for `path`; a nonce without its slash will do.
  std::vector<TlsLogEntry> log_for(const std::string& path) const;
  /// Blocks until the log holds at least `count` entries; false after `limit`.
  bool wait_for_log(std::size_t count, Milliseconds limit) const;

 private:
  class Loop;
  std::unique_ptr<Loop> loop_;
};

}  // namespace smx::vm
