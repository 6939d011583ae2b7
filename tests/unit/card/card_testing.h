#pragma once

#include <initializer_list>
#include <memory>
#include <string>

#include "harness/core/error.h"
#include "vm/card/card_store.h"
#include "vm/card/smart_card.h"

// What the tests of the card share: a card that is quick to make, and commands in hex.

namespace smx::vm::testing {

inline constexpr std::string_view kPin = "24681357", kPuk = "97531864";

inline CardIssue quick_issue(KeyKind key = KeyKind::p256) {
  return {.pin = std::string(kPin), .puk = std::string(kPuk), .key = key, .iterations = 1};
}

/// A card with a P-256 key (made once) and a certificate of `certificate_size` bytes that are none.
inline CardData quick_card(std::size_t certificate_size = 700) {
  static const CardData made = new_piv_card(quick_issue());
  auto data = made;
  set_authentication_certificate(data, Bytes(certificate_size, 0x30));
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
  std::string verify(std::string_view pin) { return send("0020008008" + padded(pin)); }
  std::string verified() { return send("0020008000"); }

 private:
  SmartCard& card_;
};

inline constexpr std::string_view kSelectPiv = "00a4040005a000000308";

}  // namespace smx::vm::testing
