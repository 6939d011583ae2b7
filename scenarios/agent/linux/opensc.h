#pragma once

#include <map>
#include <string>
#include <string_view>

#include "scenarios/agent/core/agent_scenario.h"

namespace smx::agent {

/// The PKCS#11 module and the programs of Debian's packages opensc and opensc-pkcs11.
inline constexpr const char* kPkcs11Module = "/usr/lib/x86_64-linux-gnu/opensc-pkcs11.so";
inline constexpr const char* kPkcs11Tool = "/usr/bin/pkcs11-tool";
inline constexpr const char* kOpenscTool = "/usr/bin/opensc-tool";
inline constexpr const char* kOpenssl = "/usr/bin/openssl";

/// OpenSC's id for the authentication key and its certificate: PIV 9A, or a GIDS card's first container.
const char* authentication_id(CardApplication application);

/// Only the driver of the card's application is tried: each other one costs commands to the card.
std::map<std::string, std::string> opensc_environment(CardApplication application);

/// Arguments of pkcs11-tool for the authentication key.
std::vector<std::string> pkcs11_tool(CardApplication application, const std::vector<std::string>& arguments);

/// Whether the token makes RSA-PSS signatures, by itself or from what the client padded: judged by what
/// `pkcs11-tool --list-mechanisms` says. OpenSC's driver for GIDS cards has PKCS#1 v1.5 only.
bool lists_rsa_pss(std::string_view mechanisms);

/// The DER of the authentication certificate, read by pkcs11-tool, or why it cannot be.
struct ReadCertificate {
  Bytes der;
  std::string talk;  ///< what the tool said on stderr
};
/// Throws StepFailure (failed, cause `no-answer`) when the tool does not end in time.
ReadCertificate read_certificate_by_pkcs11(ScenarioContext& context);

/// The cause when the token refused the PIN.
inline constexpr std::string_view kLoginFailed = "pkcs11-login-failed";

/// The protocol's word for what a PKCS#11 user says on stderr, or `otherwise`.
const char* pkcs11_cause(std::string_view talk, const char* otherwise);

/// The last line that is not empty, at most 300 characters: where programs say why they gave up.
std::string last_line(std::string_view talk);

}  // namespace smx::agent
