#pragma once

#include "scenarios/agent/core/agent_scenario.h"

namespace smx::agent {

/// What s_client and the server said.
struct TlsTalk {
  std::string version, cipher;  ///< as s_client tells them; empty: no handshake
  std::string token;            ///< the body of the server's 200 answer, without its line end; empty: none
};

/// `out` is what the server sent, `err` what `s_client -brief` says.
TlsTalk parse_talk(std::string_view out, std::string_view err);

/// The protocol's word for a connection that brought no token.
const char* tls_cause(std::string_view err);

}  // namespace smx::agent
