#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

#include "harness/core/time_types.h"
#include "vm/guest/guest_channel.h"

// What a guest's agent answers, taken apart. Everything is checked: a hostile guest's bad reply is
// Error(guest).

namespace smx::vm::agent_reply {

/// The value of "return". Throws Error(guest) when `text` is not a JSON object with one; an "error" is shown.
nlohmann::json returned(const std::string& text);

/// An integer from 0 to 2^53, the value itself or its member `key`.
std::int64_t number(const nlohmann::json& value, const char* key = nullptr);

/// guest-get-time: nanoseconds since 1970, as a time of day to the millisecond.
TimePoint time_of_day(const nlohmann::json& value);

struct Chunk {
  std::string bytes;
  bool eof = false;
};
/// guest-file-read: the bytes agree with "count", and are at most `asked`.
Chunk file_chunk(const nlohmann::json& value, std::size_t asked);

/// guest-exec-status: nothing while the command runs. Output is cut at `output_limit` bytes and marked.
std::optional<GuestResult> exec_status(const nlohmann::json& value, std::size_t output_limit);

}  // namespace smx::vm::agent_reply
