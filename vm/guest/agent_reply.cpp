#include "vm/guest/agent_reply.h"

#include <limits>
#include <nlohmann/json.hpp>

#include "harness/core/error.h"
#include "harness/core/text.h"

namespace smx::vm::agent_reply {

using nlohmann::json;

namespace {

constexpr std::int64_t kLargest = std::int64_t{1} << 53;
constexpr std::size_t kShown = 200;  // bytes of a guest's words in a message

[[noreturn]] void bad_reply(const std::string& what) {
  throw Error(ErrorKind::guest, "the guest's agent sent a reply that is not valid: " + what);
}

const json& member(const json& value, const char* key) {
  if (!value.is_object()) bad_reply(std::string("no object where \"") + key + "\" is expected");
  const auto found = value.find(key);
  if (found == value.end()) bad_reply(std::string("no \"") + key + "\"");
  return *found;
}

bool flag(const json& value, const char* key, bool required) {
  if (!required && !value.contains(key)) return false;
  const json& found = member(value, key);
  if (!found.is_boolean()) bad_reply(std::string("\"") + key + "\" is not a boolean");
  return found.get<bool>();
}

std::string decoded(const json& value, const char* key) {
  const json& found = member(value, key);
  if (!found.is_string()) bad_reply(std::string("\"") + key + "\" is not a string");
  return base64_decode(found.get_ref<const std::string&>());
}

// One stream of a finished command. The agent leaves out what is empty.
void take_output(const json& value, const char* data, const char* mark, std::size_t limit, std::string& bytes,
                 bool& truncated) {
  if (value.contains(data)) bytes = decoded(value, data);
  truncated = flag(value, mark, false);
  if (bytes.size() <= limit) return;
  bytes.resize(limit);
  bytes.shrink_to_fit();
  truncated = true;
}

// Windows' exit codes are 32 bits without a sign (0xc0000005); ours are int.
int exit_code(const json& value, const char* key) {
  const std::int64_t code = number(value, key);
  if (code > std::numeric_limits<std::uint32_t>::max())
    bad_reply(std::string("\"") + key + "\" is too large");
  return static_cast<int>(static_cast<std::uint32_t>(code));
}

}  // namespace

json returned(const std::string& text) {
  json value = json::parse(text, nullptr, false);
  if (value.is_discarded()) bad_reply("no JSON");
  if (!value.is_object()) bad_reply("no JSON object");
  if (const auto error = value.find("error"); error != value.end()) {
    const bool worded = error->is_object() && error->contains("desc") && (*error)["desc"].is_string();
    throw Error(ErrorKind::guest,
                "the guest's agent refuses: " +
                    sanitize_guest_text(worded ? (*error)["desc"].get<std::string>()
                                               : error->dump(-1, ' ', true, json::error_handler_t::replace),
                                        kShown));
  }
  const auto result = value.find("return");
  if (result == value.end()) bad_reply("no \"return\"");
  return std::move(*result);
}

std::int64_t number(const json& value, const char* key) {
  const json& found = key == nullptr ? value : member(value, key);
  const std::string name = key == nullptr ? "the value" : std::string("\"") + key + "\"";
  if (!found.is_number_integer()) bad_reply(name + " is not a whole number");
  if (found.is_number_unsigned() && found.get<std::uint64_t>() > static_cast<std::uint64_t>(kLargest))
    bad_reply(name + " is too large");
  const auto result = found.get<std::int64_t>();
  if (result < 0 || result > kLargest) bad_reply(name + " is out of range");
  return result;
}

TimePoint time_of_day(const json& value) {
  const bool fits = value.is_number_unsigned() &&
                    value.get<std::uint64_t>() <= std::uint64_t{std::numeric_limits<std::int64_t>::max()};
  if (!fits) throw Error(ErrorKind::guest, "the guest's agent gives no time of day");
  const std::chrono::nanoseconds since(value.get<std::int64_t>());
  return TimePoint(std::chrono::duration_cast<TimePoint::duration>(since));
}

Chunk file_chunk(const json& value, std::size_t asked) {
  Chunk chunk{decoded(value, "buf-b64"), flag(value, "eof", true)};
  if (static_cast<std::uint64_t>(number(value, "count")) != chunk.bytes.size())
    bad_reply("\"count\" is not the number of bytes in \"buf-b64\"");
  if (chunk.bytes.size() > asked) bad_reply("more bytes than were asked for");
  return chunk;
}

std::optional<GuestResult> exec_status(const json& value, std::size_t output_limit) {
  if (!flag(value, "exited", true)) return std::nullopt;
  GuestResult result;
  if (value.contains("signal")) {
    result.end = GuestResult::End::signalled;
    result.code = exit_code(value, "signal");
  } else {
    result.code = exit_code(value, "exitcode");
  }
  take_output(value, "out-data", "out-truncated", output_limit, result.out, result.out_truncated);
  take_output(value, "err-data", "err-truncated", output_limit, result.err, result.err_truncated);
  return result;
}

}  // namespace smx::vm::agent_reply
