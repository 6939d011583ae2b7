#pragma once

#include "vm/card/device/card_contents.h"
#include "vm/card/device/smart_card.h"
#include "vm/card/piv/piv_card.h"

namespace smx::vm {

/// The same card for every input of a process: P-256 in every slot, PIN 24681357, PUK 97531864, and an
/// AES-128 management key.
inline CardData fuzz_card() {
  static const CardData made = [] {
    CardIssue issue;
    issue.pin = Secret("24681357");
    issue.puk = Secret("97531864");
    issue.key = KeyKind::p256;
    issue.iterations = 1;
    issue.slots = {0x9a, 0x9c, 0x9d, 0x9e, 0x82};
    issue.management_key = parse_management_key("000102030405060708090a0b0c0d0e0f");
    auto data = new_piv_card(issue);
    set_authentication_certificate(data, Bytes(700, 0x30));
    return data;
  }();
  return made;
}

}  // namespace smx::vm
