#include "scenarios/agent/windows/smartcard/minidriver.h"

#include "scenarios/agent/core/pcsc_errors.h"
#include "scenarios/agent/core/reporter.h"
#include "scenarios/agent/windows/smartcard/calais.h"
#include "scenarios/agent/windows/win32/system_error.h"
#include "scenarios/agent/windows/win32/text.h"

namespace smx::agent {
namespace {

using namespace minidriver;

constexpr std::size_t kChallengeLimit = 256;
constexpr DWORD kNotKnown = ~DWORD{0};

// ---- what a caller of a minidriver lends it ---------------------------------------------------

void* WINAPI allocate(SIZE_T size) {
  return HeapAlloc(GetProcessHeap(), HEAP_ZERO_MEMORY, size);
}
void* WINAPI reallocate(void* block, SIZE_T size) {
  return HeapReAlloc(GetProcessHeap(), HEAP_ZERO_MEMORY, block, size);
}
void WINAPI deallocate(void* block) {
  if (block != nullptr) HeapFree(GetProcessHeap(), 0, block);
}
// A cache that keeps nothing: the card is asked each time.
DWORD WINAPI cache_add(PVOID, LPWSTR, DWORD, PBYTE, DWORD) {
  return ERROR_SUCCESS;
}
DWORD WINAPI cache_look_up(PVOID, LPWSTR, DWORD, PBYTE*, PDWORD) {
  return ERROR_NOT_FOUND;
}
DWORD WINAPI cache_delete(PVOID, LPWSTR, DWORD) {
  return ERROR_SUCCESS;
}

void expect(LONG code, const std::string& what) {
  if (code != 0) throw StepFailure(CheckOutcome::failed, pcsc_cause(code), what + ": " + pcsc_message(code));
}

MinidriverEnd end_of(DWORD error, DWORD tries) {
  if (tries == kNotKnown || tries > 15) return {error, std::nullopt};
  return {error, static_cast<int>(tries)};
}

/// A PIN as a minidriver takes it, wiped afterwards.
class PinBytes {
 public:
  explicit PinBytes(const Pin& pin) : bytes_(to_bytes(pin.reveal())) {}
  ~PinBytes() { SecureZeroMemory(bytes_.data(), bytes_.size()); }
  PinBytes(const PinBytes&) = delete;
  PinBytes& operator=(const PinBytes&) = delete;
  BYTE* data() { return bytes_.data(); }
  DWORD size() const { return static_cast<DWORD>(bytes_.size()); }

 private:
  Bytes bytes_;
};

}  // namespace

bool Minidriver::is_there_for(const Bytes& atr) {
  return !find_calais_card(atr).minidriver.empty();
}

Minidriver::Minidriver(const std::string& reader, const Bytes& atr) : atr_(atr) {
  const auto entry = find_calais_card(atr);
  library_ = entry.minidriver;
  card_name_ = wide(entry.name);
  if (library_.empty())
    throw StepFailure(CheckOutcome::failed, "no-card-driver",
                      "Windows' table of cards has no minidriver for it");
  // A name without a folder is one in the system folder; the current folder is not looked at.
  const DWORD where =
      library_.find('\\') == std::string::npos ? LOAD_LIBRARY_SEARCH_SYSTEM32 : LOAD_WITH_ALTERED_SEARCH_PATH;
  module_ = LoadLibraryExW(wide(library_).c_str(), nullptr, where);
  if (module_ == nullptr && GetLastError() == ERROR_INVALID_PARAMETER)  // Windows 7 without KB2533623
    module_ = LoadLibraryExW(wide(library_).c_str(), nullptr, 0);
  if (module_ == nullptr)
    throw StepFailure(CheckOutcome::failed, "no-card-driver",
                      "the minidriver " + library_ + " cannot be loaded: " + error_text(GetLastError()));
  try {
    connect(reader);
    acquire();
  } catch (...) {
    release();
    throw;
  }
}

Minidriver::~Minidriver() {
  release();
}

void Minidriver::connect(const std::string& reader) {
  expect(SCardEstablishContext(SCARD_SCOPE_SYSTEM, nullptr, nullptr, &context_),
         "opening the smart card service");
  DWORD protocol = 0;
  expect(
      SCardConnectW(context_, wide(reader).c_str(), SCARD_SHARE_SHARED, SCARD_PROTOCOL_Tx, &card_, &protocol),
      "connecting to the card in " + reader);
  expect(SCardBeginTransaction(card_), "taking the card");
}

void Minidriver::acquire() {
  data_.dwVersion = kVersion;
  data_.pbAtr = atr_.data();
  data_.cbAtr = static_cast<DWORD>(atr_.size());
  data_.pwszCardName = card_name_.data();
  data_.pfnCspAlloc = allocate;
  data_.pfnCspReAlloc = reallocate;
  data_.pfnCspFree = deallocate;
  data_.pfnCspCacheAddFile = cache_add;
  data_.pfnCspCacheLookupFile = cache_look_up;
  data_.pfnCspCacheDeleteFile = cache_delete;
  data_.hSCardCtx = context_;
  data_.hScard = card_;
  const auto acquire_context = reinterpret_cast<AcquireContext>(
      reinterpret_cast<void (*)()>(GetProcAddress(module_, "CardAcquireContext")));
  if (acquire_context == nullptr)
    throw StepFailure(CheckOutcome::failed, "no-card-driver",
                      library_ + " is not a minidriver: no CardAcquireContext");
  // One that does not know this version says with which it wants to be asked.
  DWORD error = acquire_context(&data_, 0);
  if (error == ERROR_REVISION_MISMATCH && data_.dwVersion >= kOldestVersion && data_.dwVersion < kVersion)
    error = acquire_context(&data_, 0);
  if (error != 0)
    throw StepFailure(CheckOutcome::failed, "driver-refused",
                      "CardAcquireContext of " + library_ + ": " + error_text(error));
  acquired_ = true;
}

void Minidriver::release() {
  if (acquired_ && data_.pfnCardDeleteContext != nullptr) data_.pfnCardDeleteContext(&data_);
  if (card_ != 0) {
    SCardEndTransaction(card_, SCARD_LEAVE_CARD);
    SCardDisconnect(card_, disposition_);
  }
  if (context_ != 0) SCardReleaseContext(context_);
  if (module_ != nullptr) FreeLibrary(module_);
}

bool Minidriver::is_read_only() {
  BOOL read_only = FALSE;
  DWORD size = 0;
  return data_.dwVersion >= 6 && data_.get_property != nullptr &&
         data_.get_property(&data_, kPropertyReadOnly, reinterpret_cast<BYTE*>(&read_only), sizeof read_only,
                            &size, 0) == 0 &&
         read_only != FALSE;
}

DWORD Minidriver::pin_strength() {
  DWORD strength = 0, size = 0;
  if (data_.dwVersion < 6 || data_.get_property == nullptr ||
      data_.get_property(&data_, kPropertyPinStrengthVerify, reinterpret_cast<BYTE*>(&strength),
                         sizeof strength, &size, kRoleUser) != 0)
    return 0;
  return strength;
}

MinidriverEnd Minidriver::authenticate(const Pin& pin) {
  PinBytes bytes(pin);
  DWORD tries = kNotKnown, error = ERROR_CALL_NOT_IMPLEMENTED;
  std::wstring user = kUserName;
  if (data_.dwVersion >= 6 && data_.authenticate_ex != nullptr)
    error = data_.authenticate_ex(&data_, kRoleUser, 0, bytes.data(), bytes.size(), nullptr, nullptr, &tries);
  else if (data_.pfnCardAuthenticatePin != nullptr)
    error = data_.pfnCardAuthenticatePin(&data_, user.data(), bytes.data(), bytes.size(), &tries);
  return end_of(error, tries);
}

MinidriverEnd Minidriver::change(const Pin& from, const Pin& to) {
  PinBytes old_pin(from), new_pin(to);
  DWORD tries = kNotKnown, error = ERROR_CALL_NOT_IMPLEMENTED;
  std::wstring user = kUserName;
  if (data_.dwVersion >= 6 && data_.change_authenticator_ex != nullptr)
    error = data_.change_authenticator_ex(&data_, kFlagChange, kRoleUser, old_pin.data(), old_pin.size(),
                                          kRoleUser, new_pin.data(), new_pin.size(), 0, &tries);
  else if (data_.pfnCardChangeAuthenticator != nullptr)
    error = data_.pfnCardChangeAuthenticator(&data_, user.data(), old_pin.data(), old_pin.size(),
                                             new_pin.data(), new_pin.size(), 0, kByPin, &tries);
  return end_of(error, tries);
}

MinidriverEnd Minidriver::unblock_by_puk(const Pin& puk, const Pin& to) {
  return unblock(to_bytes(puk.reveal()), kByPin, to);
}

MinidriverEnd Minidriver::get_challenge(Bytes& challenge) {
  if (data_.pfnCardGetChallenge == nullptr) return {ERROR_CALL_NOT_IMPLEMENTED, std::nullopt};
  BYTE* bytes = nullptr;
  DWORD size = 0;
  const DWORD error = data_.pfnCardGetChallenge(&data_, &bytes, &size);
  if (error == 0 && bytes != nullptr && size <= kChallengeLimit) challenge.assign(bytes, bytes + size);
  if (bytes != nullptr) deallocate(bytes);
  return {error, std::nullopt};
}

MinidriverEnd Minidriver::unblock(Bytes authentication, DWORD how, const Pin& to) {
  PinBytes new_pin(to);
  std::wstring user = kUserName;
  const DWORD error = data_.pfnCardUnblockPin == nullptr
                          ? DWORD{ERROR_CALL_NOT_IMPLEMENTED}
                          : data_.pfnCardUnblockPin(&data_, user.data(), authentication.data(),
                                                    static_cast<DWORD>(authentication.size()), new_pin.data(),
                                                    new_pin.size(), 0, how);
  SecureZeroMemory(authentication.data(), authentication.size());
  return {error, std::nullopt};
}

MinidriverEnd Minidriver::make_session_pin(const Pin& pin, Bytes& session_pin) {
  if (data_.dwVersion < 6 || data_.authenticate_ex == nullptr)
    return {ERROR_CALL_NOT_IMPLEMENTED, std::nullopt};
  PinBytes bytes(pin);
  BYTE* made = nullptr;
  DWORD size = 0, tries = kNotKnown;
  const DWORD error = data_.authenticate_ex(&data_, kRoleUser, kGenerateSessionPin, bytes.data(),
                                            bytes.size(), &made, &size, &tries);
  if (error == 0 && made != nullptr && size <= kChallengeLimit) session_pin.assign(made, made + size);
  if (made != nullptr) {
    SecureZeroMemory(made, size);
    deallocate(made);
  }
  return end_of(error, tries);
}

MinidriverEnd Minidriver::authenticate_by_session_pin(const Bytes& session_pin) {
  if (data_.dwVersion < 6 || data_.authenticate_ex == nullptr)
    return {ERROR_CALL_NOT_IMPLEMENTED, std::nullopt};
  Bytes bytes = session_pin;
  DWORD tries = kNotKnown;
  const DWORD error = data_.authenticate_ex(&data_, kRoleUser, kSessionPin, bytes.data(),
                                            static_cast<DWORD>(bytes.size()), nullptr, nullptr, &tries);
  SecureZeroMemory(bytes.data(), bytes.size());
  return end_of(error, tries);
}

MinidriverEnd Minidriver::deauthenticate() {
  if (data_.dwVersion < 6 || data_.deauthenticate_ex == nullptr)
    return {ERROR_CALL_NOT_IMPLEMENTED, std::nullopt};
  return {data_.deauthenticate_ex(&data_, 1u << kRoleUser, 0), std::nullopt};
}

}  // namespace smx::agent
