#include "scenarios/agent/card/piv_client.h"

#include "scenarios/agent/card/administrator_key.h"
#include "scenarios/agent/card/tlv.h"
#include "scenarios/agent/core/reporter.h"

namespace smx::agent {
namespace {

constexpr std::size_t kPinLength = 8;
constexpr std::uint8_t kPivPin = 0x80;  // the application PIN; 81 would be the PUK

Bytes object_tag(std::uint32_t object) {
  return {0x5c, 0x03, static_cast<std::uint8_t>(object >> 16 & 0xff),
          static_cast<std::uint8_t>(object >> 8 & 0xff), static_cast<std::uint8_t>(object & 0xff)};
}

/// DER's INTEGER of an unsigned number.
Bytes integer(Bytes number) {
  if (number.empty() || number[0] >= 0x80) number.insert(number.begin(), 0);
  return tlv(0x02, number);
}

/// RFC 3279, 2.3.1.
Bytes rsa_public_key(const Bytes& modulus, const Bytes& exponent) {
  const Bytes algorithm{0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86,
                        0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00};  // rsaEncryption, NULL
  const Bytes unused_bits{0x00};
  const auto key = tlv(0x30, joined(integer(modulus), integer(exponent)));
  return tlv(0x30, joined(algorithm, tlv(0x03, joined(unused_bits, key))));
}

[[noreturn]] void no_certificate(const std::string& why) {
  throw StepFailure(CheckOutcome::failed, "no-certificate", "the card's certificate cannot be read: " + why);
}

}  // namespace

Bytes padded(const Pin& pin) {
  if (pin.reveal().size() > kPinLength)
    throw StepFailure(CheckOutcome::blocked, "bad-credentials", "a PIV PIN has at most eight characters");
  Bytes bytes = to_bytes(pin.reveal());
  bytes.resize(kPinLength, 0xff);
  return bytes;
}

StatusWord PivClient::select() {
  return exchange(card_, {0x00, 0xa4, 0x04, 0x00, {0xa0, 0x00, 0x00, 0x03, 0x08}, true}).sw;
}

StatusWord PivClient::pin_status() {
  return exchange(card_, {0x00, 0x20, 0x00, kPivPin, {}, false}).sw;
}

StatusWord PivClient::verify(const Pin& pin) {
  return exchange(card_, {0x00, 0x20, 0x00, kPivPin, padded(pin), false}).sw;
}

StatusWord PivClient::forget_pin() {
  return exchange(card_, {0x00, 0x20, 0xff, kPivPin, {}, false}).sw;
}

StatusWord PivClient::change_pin(const Pin& from, const Pin& to) {
  return exchange(card_, {0x00, 0x24, 0x00, kPivPin, joined(padded(from), padded(to)), false}).sw;
}

StatusWord PivClient::unblock_pin(const Pin& puk, const Pin& to) {
  return exchange(card_, {0x00, 0x2c, 0x00, kPivPin, joined(padded(puk), padded(to)), false}).sw;
}

Bytes PivClient::certificate(std::uint32_t object) {
  const auto response = exchange(card_, {0x00, 0xcb, 0x3f, 0xff, object_tag(object), true});
  if (!response.sw.ok()) no_certificate(describe(response.sw));
  // SP 800-73-4 part 1, table 10: 53 { 70 certificate, 71 CertInfo, FE error detection code }.
  const auto content = find_tlv(response.data, 0x53);
  if (!content) no_certificate("the object has no data template");
  const auto info = find_tlv(*content, 0x71);
  if (info && !info->empty() && ((*info)[0] & 0x01) != 0)
    no_certificate("it is compressed, which is not supported");
  const auto der = find_tlv(*content, 0x70);
  if (!der || der->empty()) no_certificate("the object holds none");
  return *der;
}

StatusWord PivClient::authenticate_administrator(const Pin& key) {
  constexpr std::uint8_t kTripleDes = 0x03, kManagement = 0x9b;
  const AdministratorKey secret(key, "the management key");
  const auto asked = exchange(card_, {0x00, 0x87, kTripleDes, kManagement, {0x7c, 0x02, 0x81, 0x00}, true});
  if (!asked.sw.ok()) return asked.sw;
  return exchange(card_, {0x00, 0x87, kTripleDes, kManagement, secret.answer(asked.data), false}).sw;
}

Bytes PivClient::generate_rsa2048(std::uint8_t key) {
  const auto response = exchange(card_, {0x00, 0x47, 0x00, key, {0xac, 0x03, 0x80, 0x01, 0x07}, true});
  if (!response.sw.ok())
    throw StepFailure(CheckOutcome::failed, "wrong-status",
                      "the card makes no key: " + describe(response.sw));
  // 7F49 { 81 modulus, 82 exponent }
  const auto content = find_tlv(response.data, 0x7f49);
  const auto modulus = content ? find_tlv(*content, 0x81) : std::nullopt;
  const auto exponent = content ? find_tlv(*content, 0x82) : std::nullopt;
  if (!modulus || modulus->size() != 256 || !exponent || exponent->empty() || exponent->size() > 8)
    throw StepFailure(CheckOutcome::failed, "bad-response", "the card's answer holds no public key");
  return rsa_public_key(*modulus, *exponent);
}

StatusWord PivClient::put_certificate(std::uint32_t object, const Bytes& der) {
  // SP 800-73-4 part 1, table 10: certificate, CertInfo (not compressed), error detection code.
  Bytes content;
  if (!der.empty()) content = joined(tlv(0x70, der), {0x71, 0x01, 0x00, 0xfe, 0x00});
  return exchange(card_, {0x00, 0xdb, 0x3f, 0xff, joined(object_tag(object), tlv(0x53, content)), false}).sw;
}

Bytes PivClient::sign(std::uint8_t algorithm, std::uint8_t key, const Bytes& input) {
  // 7C { 82 00 asks for the response, 81 the challenge }
  const auto request = tlv(0x7c, joined(tlv(0x82, {}), tlv(0x81, input)));
  const auto response = exchange(card_, {0x00, 0x87, algorithm, key, request, true});
  if (!response.sw.ok())
    throw StepFailure(CheckOutcome::failed, "wrong-status",
                      "the card does not sign: " + describe(response.sw));
  const auto content = find_tlv(response.data, 0x7c);
  const auto signature = content ? find_tlv(*content, 0x82) : std::nullopt;
  if (!signature || signature->empty())
    throw StepFailure(CheckOutcome::failed, "bad-response", "the card's answer holds no signature");
  return *signature;
}

void select_afresh(PivClient& piv) {
  const auto selected = piv.select();
  if (!selected.ok())
    throw StepFailure(CheckOutcome::failed, "no-piv",
                      "the card has no PIV application: " + describe(selected));
  piv.forget_pin();
}

void start_afresh(CardConnection& card, PivClient& piv) {
  card.reset();
  select_afresh(piv);
}

}  // namespace smx::agent
