#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "scenarios/agent/core/bytes.h"

// What LsaLogonUser is given for a logon with a card, laid out by hand: one contiguous block, whose pointers
// are offsets from its begin (Microsoft, "KERB_CERTIFICATE_LOGON", "KERB_CERTIFICATE_UNLOCK_LOGON",
// "KERB_SMARTCARD_CSP_INFO").
//
//   64 bits  32 bits
//    0        0      MessageType          13 logon, 15 unlock
//    8        4      DomainName           UNICODE_STRING {Length 2, MaximumLength 2, Buffer}
//   24       12      UserName
//   40       20      Pin
//   56       28      Flags                4
//   60       32      CspDataLength        4
//   64       36      CspData
//   72       40      LogonId              of the session to unlock: low 4, high 4
//
// CspData, the same in both widths; offsets are characters from bBuffer:
//    0 dwCspInfoLen   4 MessageType 1   8 ContextInformation 8   16 flags   20 KeySpec
//   24 card  28 reader  32 container  36 provider   40 bBuffer

namespace smx::agent {

/// Texts in UTF-16, without an end. `domain` and `user` are hints, and may be empty.
struct CardLogon {
  std::u16string domain, user, pin;
  std::u16string card, reader, container, provider;
  std::uint32_t key_spec = 1;                          ///< AT_KEYEXCHANGE
  std::optional<std::uint64_t> unlock = std::nullopt;  ///< the LUID of the session's logon
};

/// The block for a process of this pointer width (4 or 8 bytes; else std::invalid_argument). It holds the
/// PIN: the caller wipes it. Pure.
Bytes kerb_certificate_logon(const CardLogon& logon, std::size_t pointer_size);

}  // namespace smx::agent
