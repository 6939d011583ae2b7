#include "scenarios/agent/card/administrator_key.h"

#include <algorithm>
#include <string>

#include "scenarios/agent/card/tlv.h"
#include "scenarios/agent/core/reporter.h"
#include "scenarios/agent/core/triple_des.h"

namespace smx::agent {
namespace {

constexpr std::size_t kKeySize = 24, kChallengeSize = 8;

[[noreturn]] void no_challenge() {
  throw StepFailure(CheckOutcome::failed, "bad-response", "the card's answer holds no challenge");
}

}  // namespace

AdministratorKey::AdministratorKey(const Pin& key, const char* name)
    : key_(unhex(key.reveal()).value_or(Bytes{})) {
  if (key_.size() != kKeySize)
    throw StepFailure(CheckOutcome::blocked, "bad-credentials", std::string(name) + " must be 48 hex digits");
}

AdministratorKey::~AdministratorKey() {
  std::fill(key_.begin(), key_.end(), std::uint8_t{0});
}

Bytes AdministratorKey::answer(const Bytes& challenge) const {
  const auto dynamic = find_tlv(challenge, 0x7c);
  const auto asked = dynamic ? find_tlv(*dynamic, 0x81) : std::nullopt;
  if (!asked) no_challenge();
  Bytes response{0x7c, 0x0a, 0x82, 0x08};
  const auto proof = encrypt(*asked);
  response.insert(response.end(), proof.begin(), proof.end());
  return response;
}

Bytes AdministratorKey::encrypt(const Bytes& challenge) const {
  if (challenge.size() != kChallengeSize) no_challenge();
  return triple_des_encrypt(key_, challenge);
}

}  // namespace smx::agent
