#include "harness/run/agent_call.h"

#include <fmt/format.h>
#include <openssl/rand.h>

#include <array>

#include "harness/core/error.h"
#include "harness/core/text.h"
#include "scenarios/verify/verify.h"

namespace smx::run {
namespace {

using End = vm::GuestResult::End;

/// What keeps an answer from being a result, before its bytes are looked at.
std::optional<Observation> trouble_of(const vm::GuestResult& r, Milliseconds limit) {
  if (r.end == End::timed_out)
    return Observation{
        Outcome::timed_out,
        "time-limit",
        fmt::format("the agent was not done after {:.1f} s", static_cast<double>(limit.count()) / 1000),
        {},
        {}};
  if (r.end == End::signalled)
    return Observation{
        Outcome::blocked, "agent-died", fmt::format("the agent was ended by signal {}", r.code), {}, {}};
  if (r.code != 0)
    return Observation{
        Outcome::blocked,
        "agent-error",
        fmt::format("the agent ended with exit code {}: {}", r.code, sanitize_guest_text(r.err, 300)),
        {},
        {}};
  if (r.out_truncated)
    return Observation{
        Outcome::blocked,
        "too-much-output",
        fmt::format("the agent wrote more than the {} bytes that a result may have", r.out.size()),
        {},
        {}};
  return std::nullopt;
}

}  // namespace

std::string new_nonce() {
  std::array<char, 16> bytes{};
  if (RAND_bytes(reinterpret_cast<unsigned char*>(bytes.data()), bytes.size()) != 1)
    throw Error(ErrorKind::environment, "the system's random source does not answer");
  return to_hex({bytes.data(), bytes.size()});
}

AgentAnswer AgentCall::run(const std::string& scenario, const std::string& phase, const std::string& nonce,
                           nlohmann::json input, Milliseconds limit) const {
  input["format"] = 1;
  input["phase"] = phase;
  input["nonce"] = nonce;
  input["time_limit_ms"] = limit.count();
  AgentAnswer answer;
  // The agent is given its limit and ends by itself; the channel's is later, for one that does not.
  constexpr Milliseconds kGrace{2000};
  auto argv = command_;
  argv.insert(argv.end(), {"run", scenario});
  answer.raw = channel_.execute({std::move(argv), input.dump(), limit + kGrace});
  answer.trouble = trouble_of(answer.raw, limit + kGrace);
  if (answer.trouble) return answer;
  auto result = verify::parse_agent_result(answer.raw.out, scenario, phase, nonce);
  answer.trouble = std::move(result.trouble);
  answer.checks = std::move(result.checks);
  if (result.details) answer.details = *result.details;
  return answer;
}

}  // namespace smx::run
