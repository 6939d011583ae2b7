#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "vm/card/iso7816/apdu.h"

// The numbers of PIV (SP 800-73-4 and 800-78-4), and what they are called.

namespace smx::vm::piv {

enum Ins : std::uint8_t {
  kVerify = 0x20,
  kChangeReferenceData = 0x24,
  kResetRetryCounter = 0x2c,
  kGenerateAsymmetricKeyPair = 0x47,
  kGeneralAuthenticate = 0x87,
  kSelect = 0xa4,
  kGetResponse = 0xc0,
  kGetData = 0xcb,
  kPutData = 0xdb,
};

/// Key references (part 1, table 4b).
inline constexpr std::uint8_t kGlobalPin = 0x00, kPivPin = 0x80, kPuk = 0x81;
inline constexpr std::uint8_t kRetiredFirst = 0x82, kRetiredLast = 0x95;
inline constexpr std::uint8_t kAuthentication = 0x9a, kCardManagement = 0x9b, kSignature = 0x9c,
                              kKeyManagement = 0x9d, kCardAuthentication = 0x9e;

/// Algorithm identifiers (SP 800-78-4, table 6-2).
inline constexpr std::uint8_t kTripleDesToo = 0x00, kTripleDes = 0x03, kRsa2048 = 0x07, kAes128 = 0x08,
                              kAes192 = 0x0a, kAes256 = 0x0c, kP256 = 0x11, kP384 = 0x14;

/// Tags of data objects (part 1, table 3) with a rule of their own.
inline constexpr std::uint32_t kDiscovery = 0x7e, kFingerprints = 0x5fc103, kFacialImage = 0x5fc108,
                               kPrintedInformation = 0x5fc109, kKeyHistory = 0x5fc10c, kIrisImages = 0x5fc121,
                               kPairingCode = 0x5fc123;

/// For private keys: what the standard lets them do.
enum class KeyRole { authentication, signature, key_management, card_authentication };
/// Nothing for a reference that is not an asymmetric key of a holder. Retired keys are key management keys.
std::optional<KeyRole> role_of(std::uint8_t reference);

/// "9C certificate", "retired certificate 82"; "" for a tag that is none of PIV's.
std::string object_name(std::uint32_t tag);

/// The template of GENERAL AUTHENTICATE: 7C { 80 witness, 81 challenge, 82 response, 85 exponentiation }
/// (part 2, table 7). Views into what was read.
struct DynamicTemplate {
  std::optional<ByteView> witness, challenge, response, exponentiation;
};
/// Nothing when the data is not one 7C that holds each of these at most once, and nothing else.
std::optional<DynamicTemplate> parse_dynamic_template(ByteView data);

/// The tag in `5C length tag`; nothing for anything that is not a tag of one to three bytes.
std::optional<std::uint32_t> tag_in_list(ByteView list);

/// A command in words: "VERIFY PIN (status)", "GENERATE ASYMMETRIC KEY PAIR 9C P-256", "GENERAL AUTHENTICATE
/// 9D key agreement P-256". Of the command's data only tags of data objects, algorithm identifiers and an AID
/// are ever shown, so no secret can be. Of a part of a chain (CLA 10) only the header is looked at.
std::string describe(const CommandApdu& command);

}  // namespace smx::vm::piv
