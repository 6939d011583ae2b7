#include "scenarios/agent/card/card_tries.h"
#include "scenarios/agent/card/device_management.h"
#include "scenarios/agent/card/external_pin_entry.h"
#include "scenarios/agent/windows/cached_logon.h"
#include "scenarios/agent/windows/certificate_propagation.h"
#include "scenarios/agent/windows/certutil_scinfo.h"
#include "scenarios/agent/windows/domain_logon.h"
#include "scenarios/agent/windows/facts.h"
#include "scenarios/agent/windows/inventory.h"
#include "scenarios/agent/windows/pin_management.h"
#include "scenarios/agent/windows/ssl_client_authentication.h"
#include "scenarios/agent/windows/unlock_workstation.h"
#include "scenarios/agent/windows/user_session.h"

namespace smx::agent {

const std::vector<Scenario>& scenarios() {
  static const std::vector<Scenario> kTable{
      facts(),
      inventory(),
      certutil_scinfo(),
      device_management(),
      windows_pin_management(),
      ssl_client_authentication(),
      domain_logon(),
      cached_logon(),
      unlock_workstation(),
      certificate_propagation(),
      external_pin_entry(),
      card_tries(),
  };
  return kTable;
}

const std::vector<Scenario>& session_scenarios() {
  static const std::vector<Scenario> kTable{personal_certificate()};
  return kTable;
}

}  // namespace smx::agent
