#include "vm/card/device/card_contents.h"

#include "vm/card/gids/gids_layout.h"
#include "vm/card/iso7816/tlv.h"
#include "vm/card/piv/piv_card.h"

namespace smx::vm {

const KeyPair* authentication_key(const CardData& data) {
  if (data.application == "gids") return gids::authentication_key(data);
  const auto found = data.keys.find(kKeyAuthentication);
  return found == data.keys.end() ? nullptr : &found->second;
}

std::optional<Bytes> authentication_certificate(const CardData& data) {
  if (data.application == "gids") return gids::authentication_certificate(data);
  return certificate_of(data, kKeyAuthentication);
}

void set_authentication_certificate(CardData& data, ByteView der) {
  if (data.application == "gids") return gids::set_authentication_certificate(data, der);
  set_certificate(data, kKeyAuthentication, der);
}

std::string card_guid(const CardData& data) {
  if (data.application == "gids") return gids::card_id(data);
  const auto chuid = data.objects.find(kObjectChuid);
  if (chuid == data.objects.end()) return {};
  const auto guid = find_tlv(chuid->second, 0x34);
  return guid ? hex(*guid) : std::string{};
}

}  // namespace smx::vm
