#include "scenarios/agent/card/card_tries.h"
#include "scenarios/agent/card/device_management.h"
#include "scenarios/agent/card/external_pin_entry.h"
#include "scenarios/agent/windows/logon/user_session.h"
#include "scenarios/agent/windows/rows/cached_logon.h"
#include "scenarios/agent/windows/rows/certificate_propagation.h"
#include "scenarios/agent/windows/rows/certutil_scinfo.h"
#include "scenarios/agent/windows/rows/domain_logon.h"
#include "scenarios/agent/windows/rows/elevation_prompt.h"
#include "scenarios/agent/windows/rows/facts.h"
#include "scenarios/agent/windows/rows/inventory.h"
#include "scenarios/agent/windows/rows/join_domain.h"
#include "scenarios/agent/windows/rows/network_prompt.h"
#include "scenarios/agent/windows/rows/network_resource.h"
#include "scenarios/agent/windows/rows/pin_management.h"
#include "scenarios/agent/windows/rows/remote_desktop.h"
#include "scenarios/agent/windows/rows/secure_pin_channel.h"
#include "scenarios/agent/windows/rows/smart_card_enrollment.h"
#include "scenarios/agent/windows/rows/ssl_client_authentication.h"
#include "scenarios/agent/windows/rows/unlock_workstation.h"
#include "scenarios/agent/windows/rows/user_account_control.h"
#include "scenarios/agent/windows/screen/console.h"

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
      remote_desktop_logon(),
      unlock_workstation(),
      certificate_propagation(),
      network_resource(),
      user_account_control(),
      smart_card_enrollment(),
      join_domain(),
      secure_pin_channel(),
      external_pin_entry(),
      card_tries(),
  };
  return kTable;
}

const std::vector<Scenario>& session_scenarios() {
  static const std::vector<Scenario> kTable{
      personal_certificate(), network_resource_for_user(), elevation_probe(), join_as_user(),
      session_pin_user(),     enrollment_for_user(),       console_desk(),    network_prompt(),
      elevation_prompt()};
  return kTable;
}

}  // namespace smx::agent
