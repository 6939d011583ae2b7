#pragma once

#include <cstdint>
#include <string>

#include "harness/core/cancel.h"
#include "vm/card/card_device.h"

namespace smx::vm {

/// A card in the virtual reader of a host's pcscd (the vsmartcard driver `vpcd`), so that host programs can
/// use it.
///
///   frame   length, 16 bits big-endian; then that many bytes
///   1 byte  0 power off, 1 power on, 2 reset, 4 give the ATR (only this one is answered)
///   more    a command APDU; answered by a response APDU
///
/// Connects to host:port and serves until the driver closes the connection or `cancel` is cancelled; blocks.
/// The card loses its logins at both ends. Throws Error(environment) when nobody listens there, Error(usage)
/// when the card is in another reader.
void serve_vpcd(CardDevice& card, const std::string& host, std::uint16_t port, const CancelToken& cancel);

inline constexpr std::uint16_t kVpcdPort = 35963;

}  // namespace smx::vm
