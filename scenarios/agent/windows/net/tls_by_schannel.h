#pragma once

#include <string>

#include "scenarios/agent/core/deadline.h"
#include "scenarios/agent/core/request.h"
#include "scenarios/agent/windows/smartcard/certificates.h"

// TLS by Schannel, through the functions that WinHTTP uses too (SSPI). WinHTTP itself takes the name to
// verify from the address that it connects to, and the lab's servers have a name that the guest cannot
// resolve.

namespace smx::agent {

enum class TlsVersion { v1_2, v1_3 };

struct TlsAnswer {
  std::string version;  ///< "TLSv1.2"; empty: no handshake
  std::string cipher;   ///< Windows' name of the suite
  std::string text;     ///< what the server sent, at most 64 KiB
};

/// Connects by exactly this version, verifies the server (`server_certificate_error`), shows `client` where
/// the server asks for a certificate (null: none), sends `request` and reads until the server closes. Throws
/// StepFailure (failed: `no-server`, `no-network`, `no-answer`, `server-not-trusted`, `tls-refused`,
/// `no-tls13` where Schannel does not know that version; what provider_cause says of the client's key).
TlsAnswer ask_by_tls(const Service& server, TlsVersion version, const CERT_CONTEXT* client,
                     const std::string& request, const Deadline& deadline);

}  // namespace smx::agent
