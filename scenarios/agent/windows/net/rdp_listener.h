#pragma once

#include <optional>

#include "scenarios/agent/core/deadline.h"
#include "scenarios/agent/windows/net/rdp_negotiation.h"

namespace smx::agent {

/// Asks the listener at a port of this machine for a Remote Desktop connection, and hangs up. Nothing when
/// the answer is not Remote Desktop's. A refused connection is tried again until the deadline, since a
/// service that runs may not listen yet. Throws StepFailure as TcpConnection does.
std::optional<RdpConfirm> ask_rdp_listener(int port, const Deadline& deadline);

}  // namespace smx::agent
