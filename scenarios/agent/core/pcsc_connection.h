#pragma once

#include "pcsc_headers.h"  // of the system that is built for

#include <memory>
#include <string>

#include "scenarios/agent/core/smart_cards.h"

// What Pcsc connects with. `context` outlives the connection.

namespace smx::agent {

/// A card that another program holds for itself is waited for, at most 15 seconds.
std::unique_ptr<CardConnection> connect_exclusive(SCARDCONTEXT context, const std::string& reader);
std::unique_ptr<SharedCard> connect_shared(SCARDCONTEXT context, const std::string& reader);

// DWORD is 64 bits wide with pcsc-lite and 32 on Windows; what goes in here is bounded by 1 MiB or one hour.
template <typename Number>
constexpr DWORD dword(Number value) {
  return static_cast<DWORD>(value);
}

}  // namespace smx::agent
