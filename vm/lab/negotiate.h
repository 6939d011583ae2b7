#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "harness/core/bytes.h"

namespace smx::vm {

/// What a service learns from a client's Negotiate token (RFC 4559). Texts are sanitized and bounded.
struct NegotiateResult {
  std::string user;                     ///< "user@LAB.TEST"; "" when the client proved nothing
  std::vector<std::string> indicators;  ///< the KDC's authentication indicators in the ticket
  Bytes reply;                          ///< for the client; may be empty
  std::string trouble;                  ///< why there is no user, for a person
};

/// The accepting side of SPNEGO with Kerberos, of one service. Thread-safe.
class NegotiateAcceptor {
 public:
  /// The key is read from `keytab` at each call; a ticket that was shown before is found by `replays`, a
  /// file.
  NegotiateAcceptor(std::filesystem::path keytab, std::filesystem::path replays)
      : keytab_(std::move(keytab)), replays_(std::move(replays)) {}
  /// Takes the client's first and only token: with Kerberos there is no second one. Never throws for what the
  /// bytes hold.
  NegotiateResult accept(ByteView token) const;

 private:
  std::filesystem::path keytab_, replays_;
};

}  // namespace smx::vm
