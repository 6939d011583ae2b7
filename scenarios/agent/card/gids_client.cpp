#include "scenarios/agent/card/gids_client.h"

#include "scenarios/agent/card/administrator_key.h"
#include "scenarios/agent/core/reporter.h"

namespace smx::agent {
namespace {

constexpr std::uint8_t kPinReference = 0x80, kLogOut = 0x82;

}  // namespace

StatusWord GidsClient::select() {
  return exchange(card_,
                  {0x00, 0xa4, 0x04, 0x00, {0xa0, 0x00, 0x00, 0x03, 0x97, 0x42, 0x54, 0x46, 0x59}, true})
      .sw;
}

StatusWord GidsClient::pin_status() {
  return exchange(card_, {0x00, 0x20, 0x00, kPinReference, {}, false}).sw;
}

StatusWord GidsClient::verify(const Pin& pin) {
  return exchange(card_, {0x00, 0x20, 0x00, kPinReference, to_bytes(pin.reveal()), false}).sw;
}

StatusWord GidsClient::log_out() {
  return exchange(card_, {0x00, 0x20, 0x00, kLogOut, {}, false}).sw;
}

StatusWord GidsClient::change_pin(const Pin& from, const Pin& to) {
  auto both = to_bytes(from.reveal());
  const auto fresh = to_bytes(to.reveal());
  both.insert(both.end(), fresh.begin(), fresh.end());
  return exchange(card_, {0x00, 0x24, 0x00, kPinReference, both, false}).sw;
}

StatusWord GidsClient::authenticate_administrator(const Pin& key) {
  const AdministratorKey secret(key, "the administrator's key");
  // The security environment names the key (83: B080's), for authentication (A4).
  const auto chosen = exchange(card_, {0x00, 0x22, 0x81, 0xa4, {0x83, 0x01, 0x80}, false});
  if (!chosen.sw.ok()) return chosen.sw;
  const auto asked = exchange(card_, {0x00, 0x87, 0x00, 0x00, {0x7c, 0x02, 0x81, 0x00}, true});
  if (!asked.sw.ok()) return asked.sw;
  return exchange(card_, {0x00, 0x87, 0x00, 0x00, secret.answer(asked.data), false}).sw;
}

StatusWord GidsClient::reset_pin(const Pin& to) {
  return exchange(card_, {0x00, 0x2c, 0x02, kPinReference, to_bytes(to.reveal()), false}).sw;
}

Bytes GidsClient::sign(const Bytes& digest_info) {
  // 57: RSA 2048, padded by the card after PKCS#1 v1.5.
  constexpr std::uint8_t kMechanism = 0x57, kFirstKey = 0x81;
  const auto chosen =
      exchange(card_, {0x00, 0x22, 0x41, 0xb6, {0x80, 0x01, kMechanism, 0x84, 0x01, kFirstKey}, false});
  const auto response =
      chosen.sw.ok() ? exchange(card_, {0x00, 0x2a, 0x9e, 0x9a, digest_info, true}) : chosen;
  if (!response.sw.ok() || response.data.empty())
    throw StepFailure(CheckOutcome::failed, "wrong-status",
                      "the card does not sign: " + describe(response.sw));
  return response.data;
}

void select_afresh(GidsClient& gids) {
  const auto selected = gids.select();
  if (!selected.ok())
    throw StepFailure(CheckOutcome::failed, "no-gids",
                      "the card has no GIDS application: " + describe(selected));
  gids.log_out();
}

void start_afresh(CardConnection& card, GidsClient& gids) {
  card.reset();
  select_afresh(gids);
}

}  // namespace smx::agent
