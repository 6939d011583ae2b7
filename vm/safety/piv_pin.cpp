#include "vm/safety/piv_pin.h"

#include "vm/card/iso7816/tlv.h"
#include "vm/card/memory/reference_data.h"

namespace smx::vm {
namespace {

constexpr std::uint8_t kVerify = 0x20, kChange = 0x24, kReset = 0x2c, kPivPinReference = 0x80;
constexpr std::size_t kMostObjectBytes = 8192;

/// The whole of a response: what waits behind 61xx is fetched. Nothing when the card refuses or is mute.
std::optional<Bytes> whole_response(CardDevice& card, ByteView command) {
  Bytes data;
  auto response = card.transmit(command);
  while (response.size() >= 2 && data.size() <= kMostObjectBytes) {
    const auto status = status_of(response);
    data.insert(data.end(), response.begin(), response.end() - 2);
    if (status == sw::kOk) return data;
    if ((status & 0xff00) != 0x6100) return std::nullopt;
    response = card.transmit(Bytes{0x00, 0xc0, 0x00, 0x00, static_cast<std::uint8_t>(status & 0xff)});
  }
  return std::nullopt;
}

}  // namespace

StatusWord status_of(ByteView response) {
  if (response.size() < 2) return 0;
  return static_cast<StatusWord>(response[response.size() - 2] << 8 | response[response.size() - 1]);
}

std::optional<int> tries_in(StatusWord word) {
  if ((word & 0xfff0) == 0x63c0) return word & 0xf;
  if (word == sw::kBlocked) return 0;
  return std::nullopt;
}

bool is_refusal(StatusWord word) {
  const auto sw1 = word >> 8;
  return tries_in(word) || sw1 == 0x67 || sw1 == 0x69 || sw1 == 0x6a || sw1 == 0x6d || sw1 == 0x6e;
}

Bytes select_piv_command() {
  return {0x00, 0xa4, 0x04, 0x00, 0x05, 0xa0, 0x00, 0x00, 0x03, 0x08};
}

bool PivPin::start_afresh() {
  card_.reset();
  const auto status = status_of(card_.transmit(select_piv_command()));
  return status == sw::kOk || (status & 0xff00) == 0x6100;
}

std::optional<int> PivPin::tries_left() {
  const Bytes empty_verify{0x00, kVerify, 0x00, kPivPinReference};
  auto status = status_of(card_.transmit(empty_verify));
  // A verified PIN hides its counter: the card tells of it again after a reset.
  if (status == sw::kOk && start_afresh()) status = status_of(card_.transmit(empty_verify));
  return tries_in(status);
}

StatusWord PivPin::send(std::uint8_t ins, std::initializer_list<const Secret*> values) {
  Bytes data;
  for (const auto* value : values) {
    auto padded = pad_reference(value->reveal());
    append(data, padded);
    wipe(padded);
  }
  Bytes command{0x00, ins, 0x00, kPivPinReference, static_cast<std::uint8_t>(data.size())};
  append(command, data);
  const auto status = status_of(card_.transmit(command));
  wipe(data);
  wipe(command);
  return status;
}

StatusWord PivPin::verify(const Secret& pin) {
  return send(kVerify, {&pin});
}
StatusWord PivPin::change(const Secret& from, const Secret& to) {
  return send(kChange, {&from, &to});
}
StatusWord PivPin::unblock(const Secret& puk, const Secret& to) {
  return send(kReset, {&puk, &to});
}

std::optional<Bytes> read_object(CardDevice& card, std::uint32_t tag) {
  Bytes command{0x00, 0xcb, 0x3f, 0xff, 0x05, 0x5c, 0x03};
  for (const int shift : {16, 8, 0}) command.push_back(static_cast<std::uint8_t>(tag >> shift & 0xff));
  const auto response = whole_response(card, command);
  const auto content = response ? find_tlv(*response, 0x53) : std::nullopt;
  if (!content || content->empty()) return std::nullopt;
  return Bytes(content->begin(), content->end());
}

}  // namespace smx::vm
