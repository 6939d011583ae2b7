#pragma once

#include <map>
#include <string>
#include <string_view>

namespace smx::agent {

/// The PKCS#11 module and the programs of Debian's packages opensc and opensc-pkcs11.
inline constexpr const char* kPkcs11Module = "/usr/lib/x86_64-linux-gnu/opensc-pkcs11.so";
inline constexpr const char* kPkcs11Tool = "/usr/bin/pkcs11-tool";
inline constexpr const char* kOpenscTool = "/usr/bin/opensc-tool";
inline constexpr const char* kOpenssl = "/usr/bin/openssl";

/// OpenSC's id for the PIV authentication key (9A) and its certificate.
inline constexpr const char* kAuthenticationId = "01";

/// Only the PIV driver is tried: each other one costs commands to the card.
inline const std::map<std::string, std::string>& opensc_environment() {
  static const std::map<std::string, std::string> kEnvironment{{"OPENSC_DRIVERS", "PIV-II"}};
  return kEnvironment;
}

/// The cause when the token refused the PIN.
inline constexpr std::string_view kLoginFailed = "pkcs11-login-failed";

/// The protocol's word for what a PKCS#11 user says on stderr, or `otherwise`.
const char* pkcs11_cause(std::string_view talk, const char* otherwise);

/// The last line that is not empty, at most 300 characters: where programs say why they gave up.
std::string last_line(std::string_view talk);

}  // namespace smx::agent
