#pragma once

#include <string>

#include "harness/core/time_types.h"

namespace smx::vm {

/// One connection, as the server saw it. Strings that came from the peer are sanitized and bounded.
struct TlsLogEntry {
  TimePoint at{};
  std::string tls_version;           ///< "TLSv1.2", "TLSv1.3"; "" when the handshake did not get that far
  bool handshake_succeeded = false;  ///< the client proved the private key of a certificate of the lab's CA
  std::string client_certificate_sha256;  ///< of the DER, lower-case hex; "" when none came or it was refused
  std::string serial;                     ///< upper-case hex
  std::string subject;                    ///< RFC 2253
  std::string path;                       ///< what the client asked for: "/<nonce>"
  std::string token;                      ///< 32 random hex digits, given to this connection only
  std::string trouble;                    ///< why there was no handshake or no answer; "" when all went well
  bool operator==(const TlsLogEntry&) const = default;
};

}  // namespace smx::vm
