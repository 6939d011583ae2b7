#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "vm/lab/lab_ca.h"

namespace smx::vm {

/// One request that asked for something of a user's, as the server saw it. Texts that came from the peer are
/// sanitized and bounded.
struct WebSeen {
  std::string path;
  std::string user;           ///< "user@LAB.TEST"; "" when the client was refused
  std::string card_sha256;    ///< of the certificate by which the ticket was obtained, as the KDC vouches for
  std::string token;          ///< 32 random hex digits, given to this request only; "" when refused
  std::string issued_sha256;  ///< of the certificate that was issued to it, lower-case hex
  std::string trouble;        ///< why it was refused
};

struct WebServerOptions {
  std::string name = "web.lab.test";
  std::string realm = "LAB.TEST";
  std::filesystem::path keytab;   ///< holds the key of HTTP/name
  std::filesystem::path replays;  ///< a file that the server makes
};

/// The lab's web server, on 127.0.0.1 at a free port, in threads of its own.
///
///   GET  /crl/root.crl, /crl/issuing.crl   revocation lists, DER
///   POST /ocsp                             OCSP (RFC 6960, appendix A)
///   POST /enrol/...                        Negotiate; a PKCS#10 request in PEM, answered by a certificate
///   GET  everything else                   Negotiate (RFC 4559); answered by a one-time token
///
/// Its log is the independent side by which it is known that a ticket was used, and whose card it came from.
/// Thread-safe.
class WebServer {
 public:
  /// Listens when the constructor returns. `ca` outlives this. Throws Error(environment) when there is no
  /// port.
  WebServer(const LabCa& ca, WebServerOptions options);
  /// Closes every connection.
  ~WebServer();
  WebServer(const WebServer&) = delete;
  WebServer& operator=(const WebServer&) = delete;

  std::uint16_t port() const;
  /// Requests for exactly this path, oldest first, of the last 4096.
  std::vector<WebSeen> log_for(const std::string& path) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace smx::vm
