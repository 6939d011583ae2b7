#include "scenarios/agent/card/card_tries.h"
#include "scenarios/agent/card/device_management.h"
#include "scenarios/agent/card/external_pin_entry.h"
#include "scenarios/agent/windows/certutil_scinfo.h"
#include "scenarios/agent/windows/facts.h"
#include "scenarios/agent/windows/inventory.h"
#include "scenarios/agent/windows/pin_management.h"
#include "scenarios/agent/windows/ssl_client_authentication.h"

namespace smx::agent {

const std::vector<Scenario>& scenarios() {
  static const std::vector<Scenario> kTable{
      facts(),
      inventory(),
      ssl_client_authentication(),
      windows_pin_management(),
      device_management(),
      certutil_scinfo(),
      external_pin_entry(),
      card_tries(),
  };
  return kTable;
}

}  // namespace smx::agent
