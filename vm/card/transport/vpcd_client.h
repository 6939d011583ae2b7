#pragma once

#include <cstdint>
#include <string>

#include "harness/core/cancel.h"
#include "vm/card/device/card_device.h"

namespace smx::vm {

/// A card in the virtual reader of a host's pcscd (the vsmartcard driver `vpcd`), so that host programs can
/// use it; its protocol is VpcdSession's. Connects to host:port and serves until the driver closes the
/// connection or `cancel` is cancelled, which abandons the card; blocks. The card loses its logins at both
/// ends. Throws Error(environment) when no process listens there, Error(usage) when the card is in another
/// reader.
void serve_vpcd(CardDevice& card, const std::string& host, std::uint16_t port, const CancelToken& cancel);

inline constexpr std::uint16_t kVpcdPort = 35963;

}  // namespace smx::vm
