#pragma once

#include <functional>
#include <optional>
#include <string>

#include "harness/core/model/observation.h"
#include "harness/core/time_types.h"
#include "harness/run/agent_call.h"
#include "vm/reader/reader_session.h"

namespace smx::run {

struct CardSafety {
  std::optional<Observation> refusal;  ///< what is observed instead of the scenario; nothing: it may run
  bool guest_is_well = true;           ///< the guest can take another scenario
};

/// Whether `scenario` may be run with the card in `reader`. A card of the project's own may have anything
/// done to it. One that is not has its retry counter read first, without a try being spent: by the controller
/// where it sees the card, else by the guest's agent; no PIN has left the controller by then.
///
/// Below two tries left, fewer than earlier in the run, or with a counter that cannot be read: `blocked`,
/// cause `card-safety`. Where the guest reaches no card at all (the boot mode does not start the service, no
/// reader, no card), no PIN could be presented either: that is what the scenario would observe, and is
/// observed here. Throws as GuestChannel::execute does. `keep` stores evidence.
CardSafety check_card_safety(const Scenario& scenario, vm::ReaderSession& reader, const AgentCall& agent,
                             const std::string& nonce, Milliseconds limit,
                             const std::function<void(const vm::GuestResult&)>& keep);

}  // namespace smx::run
