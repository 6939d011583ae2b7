#include "vm/card/card_data.h"

#include "harness/core/error.h"
#include "vm/card/gids_layout.h"
#include "vm/card/piv_objects.h"
#include "vm/card/tlv.h"

namespace smx::vm {

CardData new_piv_card(const CardIssue& issue) {
  auto pin = pad_reference(issue.pin);
  auto puk = pad_reference(issue.puk);
  if (!is_padded_pin(pin)) {
    throw Error(ErrorKind::usage, "the PIN does not have 6 to 8 digits; choose one such as 8 random digits");
  }
  CardData data;
  data.atr = *parse_hex(kDefaultAtr);
  data.pin = make_reference_data(pin, issue.pin_tries, issue.iterations);
  data.puk = make_reference_data(puk, issue.puk_tries, issue.iterations);
  data.keys.emplace(kKeyAuthentication, KeyPair::generate(issue.key));
  data.objects[kObjectChuid] = piv::new_chuid();
  data.objects[kObjectCcc] = piv::new_ccc();
  wipe(pin);
  wipe(puk);
  return data;
}

const KeyPair* authentication_key(const CardData& data) {
  if (data.application == "gids") return gids::authentication_key(data);
  const auto found = data.keys.find(kKeyAuthentication);
  return found == data.keys.end() ? nullptr : &found->second;
}

std::optional<Bytes> authentication_certificate(const CardData& data) {
  if (data.application == "gids") return gids::authentication_certificate(data);
  const auto object = data.objects.find(kObjectAuthenticationCertificate);
  return object == data.objects.end() ? std::nullopt : piv::certificate_in(object->second);
}

void set_authentication_certificate(CardData& data, ByteView der) {
  if (data.application == "gids") return gids::set_authentication_certificate(data, der);
  data.objects[kObjectAuthenticationCertificate] = piv::certificate_object(der);
}

std::string card_guid(const CardData& data) {
  if (data.application == "gids") return gids::card_id(data);
  const auto chuid = data.objects.find(kObjectChuid);
  if (chuid == data.objects.end()) return {};
  const auto guid = find_tlv(chuid->second, 0x34);
  return guid ? hex(*guid) : std::string{};
}

}  // namespace smx::vm
