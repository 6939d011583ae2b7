#include "vm/card/iso7816/tlv.h"
#include "vm/card/piv/piv_application.h"
#include "vm/card/piv/piv_names.h"
#include "vm/card/piv/piv_objects.h"

// GENERAL AUTHENTICATE and GENERATE ASYMMETRIC KEY PAIR of the PIV card application (SP 800-73-4 part 2,
// 3.2.4 and 3.3.2).

namespace smx::vm {
namespace {

using piv::KeyRole;

std::uint8_t algorithm_of(KeyKind kind) {
  switch (kind) {
    case KeyKind::p256: return piv::kP256;
    case KeyKind::p384: return piv::kP384;
    case KeyKind::rsa2048: break;
  }
  return piv::kRsa2048;
}

std::optional<KeyKind> kind_of(std::uint8_t algorithm) {
  for (const auto kind : {KeyKind::rsa2048, KeyKind::p256, KeyKind::p384})
    if (algorithm == algorithm_of(kind)) return kind;
  return std::nullopt;
}

/// The value that the card is asked to work on: next to an empty 82, and alone.
std::optional<ByteView> only_value(const piv::DynamicTemplate& t) {
  const bool one = t.challenge.has_value() != t.exponentiation.has_value();
  if (t.witness || !t.response || !t.response->empty() || !one) return std::nullopt;
  const auto value = t.challenge ? *t.challenge : *t.exponentiation;
  if (value.empty()) return std::nullopt;
  return value;
}

/// Part 1, table 4b: keys on a curve agree as key management keys, and sign as all others; with RSA both are
/// the same operation.
std::optional<Bytes> private_operation(const KeyPair& key, KeyRole role, const piv::DynamicTemplate& t) {
  const auto value = only_value(t);
  const bool agrees = key.kind() != KeyKind::rsa2048 && role == KeyRole::key_management;
  if (!value || agrees != t.exponentiation.has_value()) return std::nullopt;
  if (agrees) return key.ecdh(*value);
  return key.kind() == KeyKind::rsa2048 ? key.rsa_private(*value) : key.ecdsa(*value);
}

/// The algorithm in AC { 80 algorithm, 81 parameter } (part 2, table 10); the parameter is for algorithms
/// that these cards do not have.
std::optional<KeyKind> kind_to_generate(ByteView data) {
  TlvReader reader(data);
  const auto control = reader.next();
  if (!control || control->tag != 0xac || reader.next() || reader.broken()) return std::nullopt;
  const auto algorithm = find_tlv(control->value, 0x80);
  if (!algorithm || algorithm->size() != 1) return std::nullopt;
  return kind_of((*algorithm)[0]);
}

}  // namespace

ResponseApdu PivApplication::general_authenticate(const CommandApdu& command, bool pin_fresh) {
  const auto& data = memory_.data();
  if (command.p2 == piv::kCardManagement) {
    if (!data.management_key) return sw::kWrongP1P2;
    return administrator_.authenticate(command, *data.management_key);
  }
  const auto role = piv::role_of(command.p2);
  const auto found = data.keys.find(command.p2);
  if (!role || found == data.keys.end()) return sw::kWrongP1P2;
  if (command.p1 != algorithm_of(found->second.kind())) return sw::kWrongP1P2;
  const bool allowed =
      *role == KeyRole::card_authentication || (*role == KeyRole::signature ? pin_fresh : pin_verified_);
  return allowed ? use_key(command, found->second) : ResponseApdu(sw::kSecurityNotSatisfied);
}

ResponseApdu PivApplication::use_key(const CommandApdu& command, const KeyPair& key) {
  const auto role = *piv::role_of(command.p2);
  const auto t = piv::parse_dynamic_template(command.data);
  auto result = t ? private_operation(key, role, *t) : std::nullopt;
  if (!result) return sw::kWrongData;
  if (role != KeyRole::key_management) memory_.count_signature();
  ResponseApdu response{make_tlv(0x7c, make_tlv(0x82, *result)), sw::kOk};
  wipe(*result);
  return response;
}

ResponseApdu PivApplication::generate(const CommandApdu& command) {
  const bool retired =
      command.p2 <= piv::kRetiredLast;  // these are keys that were generated elsewhere before
  if (command.p1 != 0x00 || !piv::role_of(command.p2) || retired) return sw::kWrongP1P2;
  if (!administrator_.authenticated()) return sw::kSecurityNotSatisfied;
  const auto kind = kind_to_generate(command.data);
  if (!kind) return sw::kWrongData;
  const auto key = KeyPair::generate(*kind);
  memory_.update([&](CardData& data) { data.keys.insert_or_assign(command.p2, key); });
  memory_.count_key();
  return {piv::public_key_template(key), sw::kOk};
}

}  // namespace smx::vm
