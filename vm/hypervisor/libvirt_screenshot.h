#pragma once

#include <libvirt/libvirt.h>

#include <string>

#include "vm/hypervisor/libvirt_connection.h"

namespace smx::vm {

struct Screenshot {
  std::string media_type;  ///< "image/png" or "image/x-portable-pixmap", as the hypervisor says
  std::string bytes;       ///< untrusted, at most 256 MiB
};

/// virDomainScreenshot of the first screen. Blocks. Throws Error(environment) when the machine has no display
/// or libvirt refuses.
Screenshot take_screenshot(LibvirtConnection& connection, virDomainPtr domain, const std::string& name);

}  // namespace smx::vm
