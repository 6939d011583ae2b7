#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// Trouble with cards that is made on purpose: by `card serve --fault`, and by a scenario's step `card-fault`.

namespace smx {

/// What can be made to go wrong with a card on purpose.
enum class FaultKind {
  removal,                    ///< "removal": taken out while it works on the next command
  reader_removal,             ///< "reader-removal": the reader is told to go; QEMU 7.2 empties its slot
  slow,                       ///< "slow", "slow:MS": every answer takes MS milliseconds longer (default 2000)
  garbled_status,             ///< "garbled-status": every answer is the status word 0000, which no card gives
  dead,                       ///< "dead": no command is answered
  wrong_atr,                  ///< "wrong-atr": another card's ATR; seen at the next insertion
  full,                       ///< "full": nothing more can be written (6A84)
  expired_certificate,        ///< "expired-certificate": its time was over yesterday
  not_yet_valid_certificate,  ///< "not-yet-valid-certificate": its time begins in a month
  untrusted_certificate,      ///< "untrusted-certificate": signed by an unknown authority
  revoked_certificate,        ///< "revoked-certificate": valid, and revoked by its authority
};

struct CardFault {
  FaultKind kind = FaultKind::dead;
  std::chrono::milliseconds delay{0};  ///< for `slow`; at most ten minutes
  bool operator==(const CardFault&) const = default;
};

/// In a step: the card behaves again.
inline constexpr std::string_view kNoCardFault = "none";

/// Nothing for anything that is not a fault, kNoCardFault included.
std::optional<CardFault> parse_card_fault(std::string_view text);
/// The faults' spellings, for help texts and suggestions.
const std::vector<std::string>& card_fault_names();
/// Whether it is a flaw of what the card holds, and not of how it behaves.
bool is_certificate_fault(FaultKind kind);

}  // namespace smx
