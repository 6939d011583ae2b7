#include "vm/card/piv/piv_administrator.h"

#include <utility>

#include "vm/card/iso7816/tlv.h"
#include "vm/card/piv/piv_names.h"

namespace smx::vm::piv {
namespace {

bool means(std::uint8_t p1, ManagementAlgorithm algorithm) {
  return p1 == static_cast<std::uint8_t>(algorithm) ||
         (p1 == kTripleDesToo && algorithm == ManagementAlgorithm::triple_des);
}

ResponseApdu answer(std::uint32_t tag, ByteView value) {
  return {make_tlv(0x7c, make_tlv(tag, value)), sw::kOk};
}

}  // namespace

void Administrator::reset() {
  pending_.reset();
  authenticated_ = false;
}

ResponseApdu Administrator::challenge(const ManagementKey& key) {
  const auto block = random_bytes(block_size(key.algorithm));
  pending_ = Pending{Step::external, encrypt_block(key, block)};
  return answer(0x81, block);
}

ResponseApdu Administrator::witness(const ManagementKey& key) {
  auto block = random_bytes(block_size(key.algorithm));
  const auto encrypted = encrypt_block(key, block);
  pending_ = Pending{Step::mutual, std::move(block)};
  return answer(0x80, encrypted);
}

bool Administrator::prove(const std::optional<Pending>& pending, Step step, ByteView proof) {
  authenticated_ = pending && pending->step == step && equal_in_constant_time(pending->expected, proof);
  return authenticated_;
}

ResponseApdu Administrator::authenticate(const CommandApdu& command, const ManagementKey& key) {
  const auto pending = std::exchange(pending_, std::nullopt);
  if (!means(command.p1, key.algorithm)) return sw::kWrongP1P2;
  const auto t = parse_dynamic_template(command.data);
  if (!t || t->exponentiation) return sw::kWrongData;
  if (t->witness) {
    if (t->response && !t->response->empty()) return sw::kWrongData;
    if (t->witness->empty()) return t->challenge ? ResponseApdu(sw::kWrongData) : witness(key);
    if (!t->challenge || t->challenge->size() != block_size(key.algorithm)) return sw::kWrongData;
    if (!prove(pending, Step::mutual, *t->witness)) return sw::kSecurityNotSatisfied;
    return answer(0x82, encrypt_block(key, *t->challenge));
  }
  if (t->challenge) {
    return t->challenge->empty() && !t->response ? challenge(key) : ResponseApdu(sw::kWrongData);
  }
  if (!t->response || t->response->empty()) return sw::kWrongData;
  return prove(pending, Step::external, *t->response) ? sw::kOk : sw::kSecurityNotSatisfied;
}

}  // namespace smx::vm::piv
