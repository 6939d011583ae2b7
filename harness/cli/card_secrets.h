#pragma once

#include <string>

#include "harness/core/cancel.h"
#include "harness/core/model.h"
#include "vm/reader/virtual_reader.h"

namespace smx::cli {

/// PIN and PUK of the cards that the plan uses and does not issue itself: those that the matrix names, for
/// card files else what the command line gives ("env:VARIABLE" or "file:PATH"; "" for nothing). A scenario
/// that needs one and cannot have it would only come back blocked, so it is said before anything boots:
/// throws Error(usage) with the place in the matrix.
vm::CardSecrets card_secrets(const Plan& plan, const std::string& pin_argument,
                             const std::string& puk_argument, const CancelToken& cancel);

}  // namespace smx::cli
