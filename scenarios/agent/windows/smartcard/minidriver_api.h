#pragma once

#include "scenarios/agent/windows/win32/system.h"
// after windows.h
#include <winscard.h>
// after winscard.h
#include <cardmod.h>

// What mingw-w64's cardmod.h lacks of the smart card minidriver interface, version 7, after Microsoft's
// "Smart Card Minidriver Specification" (learn.microsoft.com, windows-hardware/drivers/smartcard: "Card
// Operations", "Card and Container Properties", "PIN Operations").

namespace smx::agent::minidriver {

inline constexpr DWORD kVersion = 7, kOldestVersion = 4;

/// PIN_ID: the roles of "Card Operations".
inline constexpr DWORD kRoleUser = 1, kRoleAdmin = 2;

/// CardChangeAuthenticatorEx.
inline constexpr DWORD kFlagUnblock = 1, kFlagChange = 2;
/// CardUnblockPin: the administrator proves himself by a challenge's response, or by a PIN.
inline constexpr DWORD kByChallengeResponse = 1, kByPin = 2;
/// CardAuthenticateEx.
inline constexpr DWORD kGenerateSessionPin = 0x10000000, kSessionPin = 0x20000000;

inline constexpr const wchar_t* kPropertyPinStrengthVerify = L"PIN Strength Verify";
inline constexpr const wchar_t* kPropertyReadOnly = L"Read Only Mode";
/// Bits of the strength property.
inline constexpr DWORD kStrengthPlaintext = 1, kStrengthSessionPin = 2;
inline constexpr wchar_t kUserName[] = L"user";  // wszCARD_USER_USER

struct CardData;
using GetChallengeEx = DWORD(WINAPI*)(CardData*, DWORD, BYTE**, DWORD*, DWORD);
using AuthenticateEx = DWORD(WINAPI*)(CardData*, DWORD, DWORD, BYTE*, DWORD, BYTE**, DWORD*, DWORD*);
using ChangeAuthenticatorEx = DWORD(WINAPI*)(CardData*, DWORD, DWORD, BYTE*, DWORD, DWORD, BYTE*, DWORD,
                                             DWORD, DWORD*);
using DeauthenticateEx = DWORD(WINAPI*)(CardData*, DWORD, DWORD);
using GetProperty = DWORD(WINAPI*)(CardData*, const wchar_t*, BYTE*, DWORD, DWORD*, DWORD);
using AcquireContext = DWORD(WINAPI*)(CardData*, DWORD);

/// CARD_DATA of version 7: version 5 as mingw has it, what 6 added, and room for what 7 added.
struct CardData : CARD_DATA {
  GetChallengeEx get_challenge_ex;
  AuthenticateEx authenticate_ex;
  ChangeAuthenticatorEx change_authenticator_ex;
  DeauthenticateEx deauthenticate_ex;
  void* container_properties[2];
  GetProperty get_property;
  void* set_property;
  void* version_seven[16];
};

static_assert(sizeof(CARD_DATA) == 44 * sizeof(void*), "what comes after pfnCspGetDHAgreement");

}  // namespace smx::agent::minidriver
