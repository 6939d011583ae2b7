#include "scenarios/agent/card/card_tries.h"
#include "scenarios/agent/card/device_management.h"
#include "scenarios/agent/card/external_pin_entry.h"
#include "scenarios/agent/card/pin_management.h"
#include "scenarios/agent/linux/cached_logon.h"
#include "scenarios/agent/linux/certificate_propagation.h"
#include "scenarios/agent/linux/certutil_scinfo.h"
#include "scenarios/agent/linux/domain_logon.h"
#include "scenarios/agent/linux/facts.h"
#include "scenarios/agent/linux/smart_card_enrollment.h"
#include "scenarios/agent/linux/ssl_client_authentication.h"
#include "scenarios/agent/linux/unlock_workstation.h"
#include "scenarios/agent/linux/user_account_control.h"

namespace smx::agent {

const std::vector<Scenario>& scenarios() {
  static const std::vector<Scenario> kTable{
      facts(),
      pin_management(),
      device_management(),
      ssl_client_authentication(),
      certutil_scinfo(),
      external_pin_entry(),
      unlock_workstation(),
      user_account_control(),
      certificate_propagation(),
      domain_logon(),
      cached_logon(),
      network_resource(),
      smart_card_enrollment(),
      card_tries(),
  };
  return kTable;
}

}  // namespace smx::agent
