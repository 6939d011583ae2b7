#pragma once

#include <memory>

#include "scenarios/agent/card/apdu.h"
#include "scenarios/agent/core/pin.h"
#include "scenarios/agent/core/request.h"

namespace smx::agent {

/// The PIN of a card, whatever its application: what a scenario asks of it. Status words are values, as the
/// card gives them: 63Cx, 6983, 9000 mean the same for PIV and GIDS.
class PinPort {
 public:
  virtual ~PinPort() = default;
  /// Resets the card, selects its application and has it forget a verified PIN: the reset of QEMU's reader
  /// does not reach the card behind it. Throws StepFailure (failed, cause `no-piv` or `no-gids`) when it has
  /// none.
  virtual void start_afresh() = 0;
  /// Spends no try.
  virtual StatusWord status() = 0;
  virtual StatusWord verify(const Pin& pin) = 0;
  virtual StatusWord change(const Pin& from, const Pin& to) = 0;
  /// By the PUK (PIV, one try of it is at stake) or by the administrator's key (GIDS).
  virtual StatusWord unblock(const Pin& to) = 0;
};

/// What unblocks this card: the credential "puk", or "admin_key" of a GIDS card. Throws BadInput when the
/// controller did not give it.
const Pin& unblocking_credential(const Request& request);

/// The two outlive the port; `unblocker` may be empty where nothing is unblocked.
std::unique_ptr<PinPort> open_pin_port(CardConnection& card, CardApplication application,
                                       const Pin& unblocker);

/// SELECT of the application.
StatusWord select_application(Transmitter& card, CardApplication application);

}  // namespace smx::agent
