#pragma once

#include "tests/unit/card/card_testing.h"
#include "vm/card/device/card_contents.h"
#include "vm/card/gids/gids_card.h"
#include "vm/card/gids/gids_keys.h"

// What the tests of the GIDS application share.

namespace smx::vm::testing {

inline const Bytes kAdminKey = parse_hex("0123456789abcdeff0e1d2c3b4a5968778695a4b3c2d1e0f").value();

/// A GIDS card in operation (its RSA key is made once), with a certificate that is none.
inline CardData quick_gids_card() {
  static const CardData made = [] {
    auto issue = quick_issue(KeyKind::rsa2048);
    auto data = new_gids_card(issue, kAdminKey);
    set_authentication_certificate(data, Bytes(700, 0x30));
    return data;
  }();
  return made;
}

/// Knows the GIDS commands that tests need again and again.
class GidsTerminal : public Terminal {
 public:
  using Terminal::Terminal;

  std::string select() { return fetch("00a4040009a00000039742544659"); }
  std::string verify_text(std::string_view pin) { return with_data("00200080", as_bytes(pin)); }
  std::string log_out() { return send("00200082"); }
  std::string tries() { return fetch("00cb3fff045c027f71"); }
  std::string choose_admin_key() { return send("002281a403830180"); }

  /// External authentication; the answer to the answer.
  std::string authenticate_admin(ByteView key = kAdminKey) {
    if (const auto word = choose_admin_key(); word != "9000") return word;
    const auto challenge = fetch("00870000047c028100");
    if (challenge.substr(0, 8) != "7c0a8108") return challenge;
    return answer_challenge(gids::encrypt(key, from_hex(challenge.substr(8, 16))));
  }
  std::string answer_challenge(ByteView response) { return fetch("008700000c7c0a8208" + hex(response)); }

  /// A command with data of any length, in a chain where it must be.
  std::string with_data(std::string_view header, ByteView data) {
    while (data.size() > 255) {
      const auto word = send("10" + std::string(header.substr(2)) + "ff" + hex(data.first(255)));
      if (word != "9000") return word;
      data = data.subspan(255);
    }
    return fetch(std::string(header) + hex(Bytes{static_cast<std::uint8_t>(data.size())}) + hex(data));
  }
};

class GidsTest : public ::testing::Test {
 protected:
  explicit GidsTest(CardData data = quick_gids_card())
      : store_(new ScriptedStore(std::move(data))), card_(std::unique_ptr<CardStore>(store_)) {}

  ScriptedStore* store_;
  SmartCard card_;
  GidsTerminal terminal_{card_};
};

/// A card that is not initialised.
class BlankGidsTest : public GidsTest {
 protected:
  BlankGidsTest() : GidsTest(blank_gids_card(3, 1)) {}
};

}  // namespace smx::vm::testing
