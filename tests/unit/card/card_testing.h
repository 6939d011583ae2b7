#pragma once

#include <map>
#include <memory>
#include <string>

#include "harness/core/error.h"
#include "vm/card/device/card_contents.h"
#include "vm/card/device/smart_card.h"
#include "vm/card/iso7816/tlv.h"
#include "vm/card/memory/card_store.h"
#include "vm/card/piv/piv_card.h"

// What the tests of the card share: a card that is quick to make, and commands in hex.

namespace smx::vm::testing {

inline constexpr std::string_view kPin = "24681357", kPuk = "97531864";

inline CardIssue quick_issue(KeyKind key = KeyKind::p256) {
  CardIssue issue;
  issue.pin = Secret(std::string(kPin));
  issue.puk = Secret(std::string(kPuk));
  issue.key = key;
  issue.iterations = 1;
  return issue;
}

/// A card with a P-256 key (made once) and a certificate of `certificate_size` bytes that are none.
inline CardData quick_card(std::size_t certificate_size = 700) {
  static const CardData made = new_piv_card(quick_issue());
  auto data = made;
  set_authentication_certificate(data, Bytes(certificate_size, 0x30));
  return data;
}

/// A card with all four keys, two retired ones, and the management key that `management` says.
inline CardData full_card(KeyKind key = KeyKind::p256, std::string_view management = "") {
  static std::map<KeyKind, CardData> made;
  auto found = made.find(key);
  if (found == made.end()) {
    auto issue = quick_issue(key);
    issue.slots = {0x9a, 0x9c, 0x9d, 0x9e, 0x82, 0x83};
    found = made.emplace(key, new_piv_card(issue)).first;
  }
  auto data = found->second;
  data.management_key =
      parse_management_key(management.empty() ? "3des:" + std::string(48, '5') : std::string(management));
  return data;
}

/// Keeps what was saved, and throws from the `fail_at`-th save on (0: never).
class ScriptedStore : public CardStore {
 public:
  explicit ScriptedStore(CardData data) : saved(std::move(data)) {}
  CardData load() override { return saved; }
  void save(const CardData& data) override {
    ++saves;
    if (fail_at != 0 && saves >= fail_at) throw Error(ErrorKind::environment, "no space left");
    saved = data;
  }

  CardData saved;
  int saves = 0;
  int fail_at = 0;
};

inline Bytes from_hex(std::string_view text) {
  std::string digits;
  for (char c : text) {
    if (c != ' ') digits += c;
  }
  return parse_hex(digits).value();
}

inline std::string padded(std::string_view pin) {
  return hex(pad_reference(pin));
}

/// Sends commands written in hex, and reads the answers in hex.
class Terminal {
 public:
  explicit Terminal(SmartCard& card) : card_(card) {}
  std::string send(std::string_view command) { return hex(card_.transmit(from_hex(command))); }
  /// As a T=0 driver does: follows 61xx to the end.
  std::string fetch(std::string_view command) {
    auto answer = send(command);
    std::string data;
    while (answer.size() >= 4 && answer.compare(answer.size() - 4, 2, "61") == 0) {
      data += answer.substr(0, answer.size() - 4);
      answer = send("00c00000" + answer.substr(answer.size() - 2));
    }
    return data + answer;
  }
  /// A command of any length as a chain, and its whole answer. `header`: INS P1 P2.
  std::string chained(std::string_view header, ByteView data) {
    while (data.size() > 255) {
      const auto part = send("10" + std::string(header) + "ff" + hex(data.first(255)));
      if (part != "9000") return part;
      data = data.subspan(255);
    }
    return fetch("00" + std::string(header) + hex(Bytes{static_cast<std::uint8_t>(data.size())}) + hex(data));
  }
  /// Proves to be the administrator: external authentication with the card's own management key.
  std::string authenticate_administrator() {
    const auto key = card_.data().management_key.value();
    const auto header = "87" + hex(Bytes{static_cast<std::uint8_t>(key.algorithm)}) + "9b";
    const auto answer = from_hex(chained(header, from_hex("7c028100")));
    const auto challenge = find_tlv(find_tlv(answer, 0x7c).value(), 0x81).value();
    return chained(header, make_tlv(0x7c, make_tlv(0x82, encrypt_block(key, challenge))));
  }
  /// PUT DATA of an object.
  std::string put(std::uint32_t tag, ByteView contents) {
    Bytes list;
    for (int shift = 16; shift >= 0; shift -= 8)
      if (tag >> shift != 0) list.push_back(static_cast<std::uint8_t>(tag >> shift & 0xff));
    auto data = make_tlv(0x5c, list);
    append_tlv(data, 0x53, contents);
    return chained("db3fff", data);
  }
  std::string verify(std::string_view pin) { return send("0020008008" + padded(pin)); }
  std::string verified() { return send("0020008000"); }

 private:
  SmartCard& card_;
};

inline constexpr std::string_view kSelectPiv = "00a4040005a000000308";

}  // namespace smx::vm::testing
