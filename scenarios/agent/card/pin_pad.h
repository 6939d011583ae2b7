#pragma once

#include <cstdint>
#include <map>

#include "scenarios/agent/card/apdu.h"
#include "scenarios/agent/core/request.h"
#include "scenarios/agent/core/smart_cards.h"

// PC/SC part 10: readers with features of their own, such as a PIN pad. Values on the wire:
//
//   CM_IOCTL_GET_FEATURE_REQUEST answers TLVs: tag 1 byte, length 1 byte (04), control code 4 bytes
//   big-endian FEATURE_VERIFY_PIN_DIRECT takes PIN_VERIFY_STRUCTURE (little-endian), answers SW1 SW2:
//     00 bTimerOut                   seconds, from the start
//     01 bTimerOut2                  seconds, after the first key
//     02 bmFormatString              82: bytes, PIN position 0, left-justified, ASCII
//     03 bmPINBlockString            08: eight bytes of PIN block, no length field (GIDS: 00, none)
//     04 bmPINLengthFormat           00
//     05 wPINMaxExtraDigit           XXYY: minimum, maximum number of digits: 0608 (GIDS: 0410)
//     07 bEntryValidationCondition   02: the validation key
//     08 bNumberMessage              01
//     09 wLangId                     0409: English (United States)
//     0b bMsgIndex                   00
//     0c bTeoPrologue                3 bytes, 00
//     0f ulDataLength                4 bytes: length of what follows
//     13 abData                      the command, the PIN's place filled with FF (GIDS: Lc 00, no place)

namespace smx::agent {

inline constexpr std::uint8_t kFeatureVerifyPinDirect = 0x06;

/// The control codes by feature tag; what is malformed ends the list.
std::map<std::uint8_t, std::uint32_t> parse_features(const Bytes& bytes);

/// PIN_VERIFY_STRUCTURE for a VERIFY of the application PIN: PIV, of six to eight digits, filled up; GIDS, of
/// four to sixteen, as they are.
Bytes pin_verify_structure(std::uint8_t timeout_seconds, CardApplication application);

}  // namespace smx::agent
