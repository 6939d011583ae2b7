#include "vm/card/gids/gids_card.h"

#include "harness/core/error.h"
#include "vm/card/gids/gids_certificates.h"
#include "vm/card/gids/gids_layout.h"
#include "vm/card/gids/gids_security.h"

namespace smx::vm {
namespace {

constexpr std::uint8_t kFirstKey = 0x81;
constexpr std::size_t kAdminKeySize = 24;

/// Like the names that Windows gives its containers.
std::string random_container_name() {
  auto text = hex(random_bytes(16));
  for (const std::size_t at : {8u, 13u, 18u, 23u}) text.insert(at, 1, '-');
  return text;
}

/// Reference data with an unknown random value: of a PIN or PUK that is not there.
ReferenceData unknown_reference(int tries, unsigned iterations) {
  return make_reference_data(random_bytes(16), tries, iterations);
}

}  // namespace

CardData blank_gids_card(int pin_tries, unsigned iterations) {
  CardData data;
  data.application = "gids";
  data.atr = *parse_hex(kGidsAtr);
  data.pin = unknown_reference(pin_tries, iterations);
  data.puk = unknown_reference(3, iterations);
  return data;
}

CardData new_gids_card(const CardIssue& issue, ByteView admin_key) {
  if (issue.pin.reveal().size() < GidsSecurity::kShortest ||
      issue.pin.reveal().size() > GidsSecurity::kLongest) {
    throw Error(ErrorKind::usage,
                "the PIN of a GIDS card has 4 to 16 characters; choose one such as 8 random digits");
  }
  if (issue.key != KeyKind::rsa2048)
    throw Error(ErrorKind::usage, "a GIDS card of this version has RSA keys only; choose \"rsa2048\"");
  if (admin_key.size() != kAdminKeySize)
    throw Error(ErrorKind::usage, "the administrator's key of a GIDS card has 24 bytes, 48 hex digits");
  auto data = blank_gids_card(issue.pin_tries, issue.iterations);
  data.pin = make_reference_data(as_bytes(issue.pin.reveal()), issue.pin_tries, issue.iterations);
  data.keys.emplace(kFirstKey, KeyPair::generate(KeyKind::rsa2048));
  auto& gids = data.gids;
  gids.pin_length = static_cast<int>(issue.pin.reveal().size());
  gids.admin_key.assign(admin_key.begin(), admin_key.end());
  gids::create_file_system(gids, random_bytes(16));
  gids::add_first_container(gids, random_container_name());
  gids.state = GidsState::operational;
  return data;
}

void set_gids_root(CardData& data, ByteView certificate) {
  gids::write_file(data.gids, "mscp", "msroots", gids::roots(certificate));
}

Bytes parse_admin_key(std::string_view digits) {
  auto key = parse_hex(digits);
  if (!key || key->size() != kAdminKeySize) {
    throw Error(ErrorKind::usage,
                "the administrator's key is not 48 hex digits; make one with `openssl rand -hex 24`");
  }
  return *key;
}

}  // namespace smx::vm
