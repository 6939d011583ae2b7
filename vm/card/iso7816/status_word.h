#pragma once

#include <cstdint>
#include <string>

namespace smx::vm {

/// SW1 SW2 of a response (ISO/IEC 7816-4, 5.6; SP 800-73-4 part 2, 4.2).
using StatusWord = std::uint16_t;

namespace sw {
inline constexpr StatusWord kOk = 0x9000;
inline constexpr StatusWord kTerminated = 0x6285;
inline constexpr StatusWord kMemoryFailure = 0x6581;
inline constexpr StatusWord kWrongLength = 0x6700;
inline constexpr StatusWord kWrongFileKind = 0x6981;
inline constexpr StatusWord kSecurityNotSatisfied = 0x6982;
inline constexpr StatusWord kBlocked = 0x6983;
inline constexpr StatusWord kConditionsNotSatisfied = 0x6985;
inline constexpr StatusWord kWrongData = 0x6a80;
inline constexpr StatusWord kFunctionNotSupported = 0x6a81;
inline constexpr StatusWord kNotFound = 0x6a82;
inline constexpr StatusWord kNotEnoughMemory = 0x6a84;
inline constexpr StatusWord kWrongP1P2 = 0x6a86;
inline constexpr StatusWord kReferenceNotFound = 0x6a88;
inline constexpr StatusWord kFileExists = 0x6a89;
inline constexpr StatusWord kInsNotSupported = 0x6d00;
inline constexpr StatusWord kClaNotSupported = 0x6e00;
inline constexpr StatusWord kNoDiagnosis = 0x6f00;

/// 61xx: `remaining` more bytes wait for GET RESPONSE; xx is 00 for 256 and more.
StatusWord more(std::size_t remaining);
/// 63Cx: wrong reference data, `tries` left (0 to 15).
StatusWord tries_left(int tries);
}  // namespace sw

/// "2 tries left", "blocked", "ok"; "?" for a word that this card never gives.
std::string describe(StatusWord word);

}  // namespace smx::vm
