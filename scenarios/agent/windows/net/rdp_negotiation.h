#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "scenarios/agent/core/bytes.h"

// The first exchange of a Remote Desktop connection. Pure.

namespace smx::agent {

/// The X.224 connection request (MS-RDPBCGR 2.2.1.1) that offers TLS and CredSSP.
Bytes rdp_connection_request();

/// What a server confirmed (MS-RDPBCGR 2.2.1.2).
struct RdpConfirm {
  enum class Kind {
    plain,     ///< without negotiation: standard RDP security
    protocol,  ///< RDP_NEG_RSP: `value` is selectedProtocol (1 TLS, 2 CredSSP, 8 CredSSP with early answer)
    refused    ///< RDP_NEG_FAILURE: `value` is failureCode
  };
  Kind kind = Kind::plain;
  std::uint32_t value = 0;
};

/// How many bytes the confirm has of which these are the first four: 11 or 19; 0 when it is not one.
std::size_t rdp_confirm_size(const Bytes& begin);

/// Nothing for anything that is not exactly one connection confirm.
std::optional<RdpConfirm> rdp_confirm(const Bytes& bytes);

/// "it speaks CredSSP", "it refuses TLS and CredSSP (failure code 2)": for a person.
std::string describe(const RdpConfirm& confirm);

}  // namespace smx::agent
