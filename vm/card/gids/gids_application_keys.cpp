#include "vm/card/gids/gids_application.h"

#include "vm/card/gids/gids_files.h"
#include "vm/card/gids/gids_keys.h"
#include "vm/card/iso7816/tlv.h"

namespace smx::vm {

StatusWord GidsApplication::key_file(std::uint8_t reference, std::uint8_t operation) const {
  const auto id = gids::key_file(reference);
  const auto* file = reference < gids::kAdminKey ? nullptr : find(id);
  if (file == nullptr) return sw::kReferenceNotFound;
  if (!file->active) return sw::kConditionsNotSatisfied;
  return may(id, operation) ? sw::kOk : sw::kSecurityNotSatisfied;
}

/// 70 { 84 key reference, A5 { 83 kind (1 symmetric, the default; 2 RSA), 84 key it is encrypted with (0),
/// 87 the key, 88 check value } }. The check value is not looked at: OpenSC sends the same for every key.
ResponseApdu GidsApplication::put_key(ByteView data) {
  const auto request = find_tlv(data, 0x70);
  const auto reference = request ? find_tlv(*request, 0x84) : std::nullopt;
  const auto content = request ? find_tlv(*request, 0xa5) : std::nullopt;
  const auto value = content ? find_tlv(*content, 0x87) : std::nullopt;
  if (!reference || reference->size() != 1 || !value) return sw::kWrongData;
  const auto kind = find_tlv(*content, 0x83), encrypted_by = find_tlv(*content, 0x84);
  const bool rsa = kind && kind->size() == 1 && (*kind)[0] == 2;
  const bool symmetric = !kind || (kind->size() == 1 && (*kind)[0] == 1);
  if ((!rsa && !symmetric) || (encrypted_by && (encrypted_by->size() != 1 || (*encrypted_by)[0] != 0)))
    return sw::kWrongData;
  const auto number = (*reference)[0];
  const auto word = key_file(number, gids::kPutKey);
  if (word != sw::kOk) return word;
  if (symmetric != (number == gids::kAdminKey)) return sw::kWrongData;
  if (symmetric) return put_admin_key(*value);
  const auto key = gids::import_rsa(*value);
  if (!key) return sw::kWrongData;
  memory_.update([&](CardData& changed) { changed.keys.insert_or_assign(number, *key); });
  return sw::kOk;
}

ResponseApdu GidsApplication::put_admin_key(ByteView value) {
  if (value.size() != 24) return sw::kWrongData;
  memory_.update([&](CardData& data) { data.gids.admin_key.assign(value.begin(), value.end()); });
  return sw::kOk;
}

/// AC { 80 mechanism, 83 key reference }.
ResponseApdu GidsApplication::generate_key(const CommandApdu& command) {
  if (command.p1p2() != 0x0000) return sw::kWrongP1P2;
  const auto use = find_tlv(command.data, 0xac);
  const auto mechanism = use ? find_tlv(*use, 0x80) : std::nullopt;
  const auto reference = use ? find_tlv(*use, 0x83) : std::nullopt;
  if (!mechanism || mechanism->size() != 1 || !reference || reference->size() != 1) return sw::kWrongData;
  const auto word = key_file((*reference)[0], gids::kGenerateKey);
  if (word != sw::kOk) return word;
  if ((*mechanism)[0] != gids::kRsa2048 || (*reference)[0] == gids::kAdminKey) return sw::kWrongData;
  const auto key = KeyPair::generate(KeyKind::rsa2048);
  memory_.update([&](CardData& data) { data.keys.insert_or_assign((*reference)[0], key); });
  memory_.count_key();
  return {gids::public_key_template(key), sw::kOk};
}

/// P1: 41 own keys, 81 and C1 the administrator's. Data: 80 mechanism (the administrator has one only), 84 or
/// 83 key reference.
ResponseApdu GidsApplication::manage_environment(const CommandApdu& command) {
  const bool authenticates = command.p2 == gids::kAuthenticationTemplate;
  const bool own = command.p1 == 0x41 &&
                   (command.p2 == gids::kSignatureTemplate || command.p2 == gids::kDeciphermentTemplate);
  if (!own && !(authenticates && (command.p1 == 0x81 || command.p1 == 0xc1))) return sw::kWrongP1P2;
  auto reference = find_tlv(command.data, 0x84);
  if (!reference) reference = find_tlv(command.data, 0x83);
  const auto mechanism = find_tlv(command.data, 0x80);
  if (!reference || reference->size() != 1 || (mechanism && mechanism->size() != 1) || (own && !mechanism))
    return sw::kWrongData;
  const Environment wanted{command.p2, mechanism ? (*mechanism)[0] : gids::kTripleDes, (*reference)[0]};
  const auto word = key_file(wanted.key, gids::kUseKey);
  if (word != sw::kOk) return word;
  if (!gids::offers(find(gids::key_file(wanted.key))->fcp, wanted.use, wanted.mechanism))
    return sw::kWrongData;
  environment_ = wanted;
  return sw::kOk;
}

/// Whether the security environment is one for this use, and still may be used: an authenticated client may
/// have logged out since.
StatusWord GidsApplication::may_use(std::uint8_t use) const {
  if (!environment_ || environment_->use != use) return sw::kConditionsNotSatisfied;
  return key_file(environment_->key, gids::kUseKey);
}

ResponseApdu GidsApplication::authenticate(const CommandApdu& command) {
  const auto word = may_use(gids::kAuthenticationTemplate);
  if (word != sw::kOk) return word;
  return security_.general_authenticate(command);
}

ResponseApdu GidsApplication::perform_operation(const CommandApdu& command) {
  const bool signs = command.p1p2() == 0x9e9a;
  if (!signs && command.p1p2() != 0x8086) return sw::kWrongP1P2;
  const auto word = may_use(signs ? gids::kSignatureTemplate : gids::kDeciphermentTemplate);
  if (word != sw::kOk) return word;
  const auto key = memory_.data().keys.find(environment_->key);
  if (key == memory_.data().keys.end()) return sw::kReferenceNotFound;
  const auto result = signs ? gids::sign(key->second, environment_->mechanism, command.data)
                            : gids::decipher(key->second, environment_->mechanism, command.data);
  if (!result) return sw::kWrongData;
  if (signs) memory_.count_signature();
  return {*result, sw::kOk};
}

}  // namespace smx::vm
