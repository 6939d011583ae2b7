#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <string>

#include "scenarios/agent/windows/smartcard/minidriver_api.h"

// A minidriver without a card: it keeps a PIN in memory for as long as somebody holds the DLL. What it is
// asked for in the wrong way it refuses with ERROR_INVALID_PARAMETER.
//   SMX_FAKE_VERSION    the only version of CARD_DATA that it takes (7)
//   SMX_FAKE_READ_ONLY  set: the card cannot be written

namespace {

using namespace smx::agent::minidriver;

constexpr DWORD kWrongPin = 0x8010006b, kBlocked = 0x8010006c;
constexpr BYTE kChallenge[8] = {1, 2, 3, 4, 5, 6, 7, 8};
constexpr char kSession[] = "session";
constexpr int kTries = 3;

std::string pin = "24681357";
int tries = kTries;

DWORD verify(const BYTE* bytes, DWORD size, DWORD* left) {
  if (tries == 0) return kBlocked;
  const bool right = size == pin.size() && std::equal(bytes, bytes + size, pin.begin());
  tries = right ? kTries : tries - 1;
  if (left != nullptr) *left = static_cast<DWORD>(tries);
  if (right) return 0;
  return tries == 0 ? kBlocked : kWrongPin;
}

BYTE* lent(CardData* data, const void* bytes, std::size_t size) {
  auto* block = static_cast<BYTE*>(data->pfnCspAlloc(size));
  std::memcpy(block, bytes, size);
  return block;
}

DWORD WINAPI authenticate(CardData* data, DWORD role, DWORD flags, BYTE* bytes, DWORD size, BYTE** session,
                          DWORD* session_size, DWORD* left) {
  if (role != kRoleUser) return ERROR_INVALID_PARAMETER;
  if (flags == kSessionPin)
    return size == sizeof kSession && std::memcmp(bytes, kSession, size) == 0 ? 0 : kWrongPin;
  const DWORD error = verify(bytes, size, left);
  if (error == 0 && flags == kGenerateSessionPin) {
    *session = lent(data, kSession, sizeof kSession);
    *session_size = sizeof kSession;
  }
  return error;
}

DWORD WINAPI change(CardData*, DWORD flags, DWORD by, BYTE* old_pin, DWORD old_size, DWORD of, BYTE* new_pin,
                    DWORD new_size, DWORD, DWORD* left) {
  if (flags != kFlagChange || by != kRoleUser || of != kRoleUser) return ERROR_INVALID_PARAMETER;
  const DWORD error = verify(old_pin, old_size, left);
  if (error == 0) pin.assign(new_pin, new_pin + new_size);
  return error;
}

DWORD WINAPI get_challenge(PCARD_DATA data, PBYTE* bytes, PDWORD size) {
  *bytes = lent(static_cast<CardData*>(data), kChallenge, sizeof kChallenge);
  *size = sizeof kChallenge;
  return 0;
}

/// The right response is the challenge backwards; the right PUK is "86427531".
DWORD WINAPI unblock(PCARD_DATA, LPWSTR user, PBYTE proof, DWORD size, PBYTE new_pin, DWORD new_size, DWORD,
                     DWORD how) {
  if (std::wcscmp(user, kUserName) != 0) return ERROR_INVALID_PARAMETER;
  const bool right =
      how == kByChallengeResponse
          ? size == sizeof kChallenge && std::equal(proof, proof + size, std::rbegin(kChallenge))
          : how == kByPin && size == 8 && std::memcmp(proof, "86427531", 8) == 0;
  if (!right) return kWrongPin;
  pin.assign(new_pin, new_pin + new_size);
  tries = kTries;
  return 0;
}

DWORD WINAPI get_property(CardData*, const wchar_t* name, BYTE* into, DWORD room, DWORD* size, DWORD) {
  const auto give = [&](const auto& value) -> DWORD {
    if (room < sizeof value) return ERROR_INSUFFICIENT_BUFFER;
    std::memcpy(into, &value, sizeof value);
    *size = sizeof value;
    return 0;
  };
  if (std::wcscmp(name, kPropertyReadOnly) == 0)
    return give(static_cast<BOOL>(std::getenv("SMX_FAKE_READ_ONLY") != nullptr));
  if (std::wcscmp(name, kPropertyPinStrengthVerify) == 0)
    return give(DWORD{kStrengthPlaintext | kStrengthSessionPin});
  return ERROR_INVALID_PARAMETER;
}

DWORD WINAPI deauthenticate(CardData*, DWORD set, DWORD) {
  return set == 1u << kRoleUser ? 0 : ERROR_INVALID_PARAMETER;
}

DWORD WINAPI delete_context(PCARD_DATA) {
  return 0;
}

}  // namespace

extern "C" __declspec(dllexport) DWORD WINAPI CardAcquireContext(PCARD_DATA given, DWORD flags) {
  auto* data = static_cast<CardData*>(given);
  const char* wanted = std::getenv("SMX_FAKE_VERSION");
  const auto version = static_cast<DWORD>(wanted == nullptr ? 7 : std::atoi(wanted));
  if (data->dwVersion != version) {
    data->dwVersion = version;
    return ERROR_REVISION_MISMATCH;
  }
  const bool whole = flags == 0 && data->pbAtr != nullptr && data->cbAtr > 1 &&
                     data->pwszCardName != nullptr && data->pfnCspAlloc != nullptr &&
                     data->pfnCspReAlloc != nullptr && data->pfnCspFree != nullptr &&
                     data->pfnCspCacheLookupFile != nullptr && data->hSCardCtx != 0 && data->hScard != 0;
  if (!whole) return ERROR_INVALID_PARAMETER;
  data->pfnCardDeleteContext = delete_context;
  data->pfnCardGetChallenge = get_challenge;
  data->pfnCardUnblockPin = unblock;
  data->authenticate_ex = authenticate;
  data->change_authenticator_ex = change;
  data->deauthenticate_ex = deauthenticate;
  data->get_property = get_property;
  return 0;
}
