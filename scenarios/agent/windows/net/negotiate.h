#pragma once

#include <string>

#include "scenarios/agent/core/deadline.h"
#include "scenarios/agent/core/request.h"

namespace smx::agent {

/// A user name and a password (or PIN) that are not those of the session: SEC_WINNT_AUTH_IDENTITY.
struct Identity {
  std::string user;  ///< a marshalled certificate (CredMarshalCredential) means the card
  Pin password;
};

/// What the lab's web server answers to `path`, asked by HTTP with a Kerberos ticket (RFC 4559) for
/// HTTP/NAME, never by NTLM. Whose ticket it is: `identity`'s, else this thread's. `body`: sent by POST;
/// empty: GET. Throws StepFailure: failed with `no-server`, `no-network`, `no-answer`; what Kerberos refused
/// with `no-kdc`, `logon-refused`, `no-kerberos` and so on.
std::string ask_web_by_ticket(const Lab& lab, const std::string& path, const Identity* identity,
                              const Deadline& deadline, const std::string& body = {});

}  // namespace smx::agent
