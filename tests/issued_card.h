#pragma once

#include <utility>

#include "vm/reader/card_files.h"

namespace smx::vm {

/// A card in memory with this PIN and PUK, for tests.
inline CardData issue_card(const Secret& pin, const Secret& puk, CreateCardOptions options, const LabCa& ca) {
  options.pin = pin;
  options.puk = puk;
  return issue_card(options, ca);
}

}  // namespace smx::vm
