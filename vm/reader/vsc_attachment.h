#pragma once

#include <string>
#include <vector>

#include "harness/core/model/observation.h"
#include "harness/core/time_types.h"
#include "vm/card/transport/vsc_server.h"

namespace smx::vm {

/// What shows that QEMU's reader is attached: the device in the live domain, and that QEMU has accepted the
/// card on `server`, for which `limit` is waited.
std::vector<Fact> vsc_attachment(const VscServer& server, const std::string& live_domain_xml,
                                 Milliseconds limit);

/// Pure: what a live domain's XML says of its smart card device: "passthrough unix /run/x/card.sock", or
/// "none", or why the XML cannot be read.
std::string smartcard_device_in(const std::string& live_domain_xml);

}  // namespace smx::vm
