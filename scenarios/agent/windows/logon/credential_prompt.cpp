#include "scenarios/agent/windows/logon/credential_prompt.h"

#include <algorithm>
#include <vector>

#include "scenarios/agent/windows/win32/functions.h"
#include "scenarios/agent/windows/win32/hashes.h"
#include "scenarios/agent/windows/win32/system_error.h"
#include "scenarios/agent/windows/win32/text.h"
// after windows.h
#include <ntsecapi.h>
#include <objbase.h>
#include <wincred.h>

namespace smx::agent {
namespace {

constexpr DWORD kProtected = 1;     // CRED_PACK_PROTECTED_CREDENTIALS
constexpr DWORD kNotCapable = 775;  // ERROR_NOT_CAPABLE of winerror.h
constexpr ULONG kBufferLimit = 64u << 10;

struct CredUi {
  decltype(&CredUIPromptForWindowsCredentialsW) prompt = nullptr;
  decltype(&CredPackAuthenticationBufferW) pack = nullptr;
  decltype(&CredUnPackAuthenticationBufferW) unpack = nullptr;

  CredUi() {
    constexpr const wchar_t* kLibrary = L"credui.dll";
    if (!load_system_library(kLibrary)) throw_trouble("credui.dll", GetLastError());
    prompt = function_of<decltype(prompt)>(kLibrary, "CredUIPromptForWindowsCredentialsW");
    pack = function_of<decltype(pack)>(kLibrary, "CredPackAuthenticationBufferW");
    unpack = function_of<decltype(unpack)>(kLibrary, "CredUnPackAuthenticationBufferW");
    if (prompt == nullptr || pack == nullptr || unpack == nullptr)
      throw_trouble("credui.dll", ERROR_PROC_NOT_FOUND);
  }
};

/// LsaConnectUntrusted serves to learn a package's number.
ULONG negotiate_package() {
  HANDLE authority = nullptr;
  const auto connected = LsaConnectUntrusted(&authority);
  if (connected != 0)
    throw_trouble("asking the local security authority", static_cast<std::uint32_t>(connected));
  char name[] = "Negotiate";
  LSA_STRING text{sizeof name - 1, sizeof name, name};
  ULONG package = 0;
  const auto status = LsaLookupAuthenticationPackage(authority, &text, &package);
  LsaDeregisterLogonProcess(authority);
  if (status != 0) throw_trouble("the package Negotiate", static_cast<std::uint32_t>(status));
  return package;
}

/// Empty where Windows does not take it: the dialog is shown without it then.
std::vector<BYTE> packed(const CredUi& ui, const std::string& user) {
  auto name = wide(user);
  wchar_t none[] = L"";
  DWORD size = 0;
  ui.pack(0, name.data(), none, nullptr, &size);
  std::vector<BYTE> buffer(std::min<DWORD>(size, kBufferLimit));
  if (size == 0 || size > kBufferLimit || ui.pack(0, name.data(), none, buffer.data(), &size) == 0) return {};
  return buffer;
}

/// What the dialog gave; wiped and freed with this object.
class Answer {
 public:
  ~Answer() {
    if (bytes == nullptr) return;
    SecureZeroMemory(bytes, size);
    CoTaskMemFree(bytes);
  }
  void* bytes = nullptr;
  ULONG size = 0;
};

DWORD show(const CredUi& ui, HWND owner, const std::vector<BYTE>& suggestion, Answer& answer) {
  CREDUI_INFOW texts{};
  texts.cbSize = sizeof texts;
  texts.hwndParent = owner;
  texts.pszCaptionText = L"safemode-matrix";
  texts.pszMessageText = L"Network resource";
  auto package = negotiate_package();
  BOOL save = FALSE;
  return ui.prompt(&texts, 0, &package, suggestion.empty() ? nullptr : suggestion.data(),
                   static_cast<ULONG>(suggestion.size()), &answer.bytes, &answer.size, &save, 0);
}

DWORD unpack(const CredUi& ui, const Answer& answer, Identity& into) {
  wchar_t user[CREDUI_MAX_USERNAME_LENGTH + 1], domain[CREDUI_MAX_DOMAIN_TARGET_LENGTH + 1],
      password[CREDUI_MAX_PASSWORD_LENGTH + 1];
  const auto once = [&](DWORD how) -> DWORD {
    DWORD user_size = CREDUI_MAX_USERNAME_LENGTH + 1, domain_size = CREDUI_MAX_DOMAIN_TARGET_LENGTH + 1,
          password_size = CREDUI_MAX_PASSWORD_LENGTH + 1;
    return ui.unpack(how, answer.bytes, answer.size, user, &user_size, domain, &domain_size, password,
                     &password_size) != 0
               ? 0
               : GetLastError();
  };
  auto error = once(kProtected);
  if (error == kNotCapable) error = once(0);
  if (error == 0) into = {narrow(user), Pin(narrow(password))};
  SecureZeroMemory(password, sizeof password);
  return error;
}

}  // namespace

PromptedCredential prompt_for_credential(HWND owner, const std::string& suggestion) {
  const CredUi ui;
  const auto buffer = packed(ui, suggestion);
  PromptedCredential given;
  Answer answer;
  given.error = show(ui, owner, buffer, answer);
  // A dialog that does not take the suggestion ends before it is shown.
  if (given.error != 0 && given.error != ERROR_CANCELLED && !buffer.empty())
    given.error = show(ui, owner, {}, answer);
  if (given.error != 0) return given;
  const auto error = unpack(ui, answer, given.identity);
  if (error != 0) throw_trouble("what the dialog for credentials gave", error);
  return given;
}

bool names_certificate(const std::string& user, const Bytes& certificate) {
  CRED_MARSHAL_TYPE type{};
  void* credential = nullptr;
  if (CredUnmarshalCredentialW(wide(user).c_str(), &type, &credential) == 0) return false;
  const auto hash = sha1(certificate);
  const auto* info = static_cast<const CERT_CREDENTIAL_INFO*>(credential);
  const bool same = type == CertCredential && hash.size() == sizeof info->rgbHashOfCert &&
                    std::equal(hash.begin(), hash.end(), info->rgbHashOfCert);
  CredFree(credential);
  return same;
}

}  // namespace smx::agent
