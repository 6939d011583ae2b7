#pragma once

#include "scenarios/agent/core/scenario.h"

namespace smx::agent {

/// Row 13: `certutil -scinfo -silent` must name the reader and the card's certificate, and the same is done
/// by the functions that it stands on: the reader and the ATR by PC/SC, the certificate and a signature over
/// a challenge made of the nonce by the smart card key storage provider. The controller verifies the
/// signature for itself. Where the system has no such provider (Wine, whose certutil is empty too) the card
/// is asked by commands of its own; detail `route` says which: "provider" or "winscard".
Scenario certutil_scinfo();

}  // namespace smx::agent
