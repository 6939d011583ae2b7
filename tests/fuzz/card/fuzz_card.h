#pragma once

#include "vm/card/smart_card.h"

namespace smx::vm {

/// The same card for every input of a process: P-256, PIN 24681357, PUK 97531864.
inline CardData fuzz_card() {
  static const CardData made = [] {
    CardIssue issue;
    issue.pin = "24681357";
    issue.puk = "97531864";
    issue.key = KeyKind::p256;
    issue.iterations = 1;
    auto data = new_piv_card(issue);
    set_authentication_certificate(data, Bytes(700, 0x30));
    return data;
  }();
  return made;
}

}  // namespace smx::vm
