#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace smx::agent {

/// What the phases of a scenario at the screen leave for each other.
struct ScreenState {
  std::string nonce;          ///< of the attempt: another's state is none
  std::uint64_t record = 0;   ///< the newest of the Security log when the prompt came up
  std::uint32_t session = 0;  ///< the console's
  std::string sid;            ///< the card holder's; may be empty
  std::uint32_t process = 0;  ///< of the agent, that asks in the user's session; 0: none
  std::uint64_t began = 0;    ///< when it was created, as Windows counts: a process id is used again
};

std::string screen_state_text(const ScreenState& state);
/// Nothing for any other text. Pure.
std::optional<ScreenState> screen_state(std::string_view text);

}  // namespace smx::agent
