#include "scenarios/agent/windows/win32/system_error.h"

#include <algorithm>
#include <array>
#include <cstdio>

namespace smx::agent {
namespace {

struct Named {
  std::uint32_t code;
  const char* name;
};

// winerror.h and ntstatus.h.
constexpr std::array kNames{
    Named{2, "ERROR_FILE_NOT_FOUND"},
    Named{5, "ERROR_ACCESS_DENIED"},
    Named{50, "ERROR_NOT_SUPPORTED"},
    Named{53, "ERROR_BAD_NETPATH"},
    Named{67, "ERROR_BAD_NET_NAME"},
    Named{86, "ERROR_INVALID_PASSWORD"},
    Named{87, "ERROR_INVALID_PARAMETER"},
    Named{120, "ERROR_CALL_NOT_IMPLEMENTED"},
    Named{126, "ERROR_MOD_NOT_FOUND"},
    Named{127, "ERROR_PROC_NOT_FOUND"},
    Named{740, "ERROR_ELEVATION_REQUIRED"},
    Named{1008, "ERROR_NO_TOKEN"},
    Named{1053, "ERROR_SERVICE_REQUEST_TIMEOUT"},
    Named{1056, "ERROR_SERVICE_ALREADY_RUNNING"},
    Named{1058, "ERROR_SERVICE_DISABLED"},
    Named{1060, "ERROR_SERVICE_DOES_NOT_EXIST"},
    Named{1062, "ERROR_SERVICE_NOT_ACTIVE"},
    Named{1067, "ERROR_PROCESS_ABORTED"},
    Named{1068, "ERROR_SERVICE_DEPENDENCY_FAIL"},
    Named{1069, "ERROR_SERVICE_LOGON_FAILED"},
    Named{1072, "ERROR_SERVICE_MARKED_FOR_DELETE"},
    Named{1075, "ERROR_SERVICE_DEPENDENCY_DELETED"},
    Named{1084, "ERROR_NOT_SAFEBOOT_SERVICE"},
    Named{1219, "ERROR_SESSION_CREDENTIAL_CONFLICT"},
    Named{1223, "ERROR_CANCELLED"},
    Named{1311, "ERROR_NO_LOGON_SERVERS"},
    Named{1314, "ERROR_PRIVILEGE_NOT_HELD"},
    Named{1326, "ERROR_LOGON_FAILURE"},
    Named{1355, "ERROR_NO_SUCH_DOMAIN"},
    Named{1727, "RPC_S_CALL_FAILED_DNE"},
    Named{2138, "NERR_WkstaNotStarted"},
    Named{2691, "NERR_SetupAlreadyJoined"},
    Named{7022, "ERROR_CTX_WINSTATION_NOT_FOUND"},
    Named{0x80090009, "NTE_BAD_FLAGS"},
    Named{0x8009000d, "NTE_NO_KEY"},
    Named{0x80090010, "NTE_PERM"},
    Named{0x80090011, "NTE_NOT_FOUND"},
    Named{0x80090016, "NTE_BAD_KEYSET"},
    Named{0x80090017, "NTE_PROV_TYPE_NOT_DEF"},
    Named{0x80090019, "NTE_KEYSET_NOT_DEF"},
    Named{0x80090020, "NTE_FAIL"},
    Named{0x80090022, "NTE_SILENT_CONTEXT"},
    Named{0x80090029, "NTE_NOT_SUPPORTED"},
    Named{0x8009002a, "NTE_NO_MORE_ITEMS"},
    Named{0x80090030, "NTE_DEVICE_NOT_READY"},
    Named{0x80090302, "SEC_E_UNSUPPORTED_FUNCTION"},
    Named{0x80090304, "SEC_E_INTERNAL_ERROR"},
    Named{0x80090305, "SEC_E_SECPKG_NOT_FOUND"},
    Named{0x80090308, "SEC_E_INVALID_TOKEN"},
    Named{0x8009030c, "SEC_E_LOGON_DENIED"},
    Named{0x8009030d, "SEC_E_UNKNOWN_CREDENTIALS"},
    Named{0x8009030e, "SEC_E_NO_CREDENTIALS"},
    Named{0x80090311, "SEC_E_NO_AUTHENTICATING_AUTHORITY"},
    Named{0x80090318, "SEC_E_INCOMPLETE_MESSAGE"},
    Named{0x80090322, "SEC_E_WRONG_PRINCIPAL"},
    Named{0x80090325, "SEC_E_UNTRUSTED_ROOT"},
    Named{0x80090326, "SEC_E_ILLEGAL_MESSAGE"},
    Named{0x80090327, "SEC_E_CERT_UNKNOWN"},
    Named{0x80090331, "SEC_E_ALGORITHM_MISMATCH"},
    Named{0x8009033e, "SEC_E_SMARTCARD_LOGON_REQUIRED"},
    Named{0x8009035d, "SEC_E_ISSUING_CA_UNTRUSTED"},
    Named{0x80092004, "CRYPT_E_NOT_FOUND"},
    Named{0x8010000c, "SCARD_E_NO_SMARTCARD"},
    Named{0x8010001c, "SCARD_E_CARD_UNSUPPORTED"},
    Named{0x8010001d, "SCARD_E_NO_SERVICE"},
    Named{0x80100022, "SCARD_E_UNSUPPORTED_FEATURE"},
    Named{0x8010002c, "SCARD_E_NO_SUCH_CERTIFICATE"},
    Named{0x8010006b, "SCARD_W_WRONG_CHV"},
    Named{0x8010006c, "SCARD_W_CHV_BLOCKED"},
    Named{0x8010006e, "SCARD_W_CANCELLED_BY_USER"},
    Named{0x8010006f, "SCARD_W_CARD_NOT_AUTHENTICATED"},
    Named{0x800b0109, "CERT_E_UNTRUSTEDROOT"},
    Named{0x800b010f, "CERT_E_CN_NO_MATCH"},
    Named{0xc0000022, "STATUS_ACCESS_DENIED"},
    Named{0xc000005e, "STATUS_NO_LOGON_SERVERS"},
    Named{0xc0000064, "STATUS_NO_SUCH_USER"},
    Named{0xc000006d, "STATUS_LOGON_FAILURE"},
    Named{0xc000006e, "STATUS_ACCOUNT_RESTRICTION"},
    Named{0xc0000072, "STATUS_ACCOUNT_DISABLED"},
    Named{0xc00000bb, "STATUS_NOT_SUPPORTED"},
    Named{0xc00000fe, "STATUS_NO_SUCH_PACKAGE"},
    Named{0xc0000133, "STATUS_TIME_DIFFERENCE_AT_DC"},
    Named{0xc0000320, "STATUS_PKINIT_FAILURE"},
    Named{0xc0000321, "STATUS_SMARTCARD_SUBSYSTEM_FAILURE"},
    Named{0xc000035b, "STATUS_SMARTCARD_LOGON_REQUIRED"},
    Named{0xc0000380, "STATUS_SMARTCARD_WRONG_PIN"},
    Named{0xc0000381, "STATUS_SMARTCARD_CARD_BLOCKED"},
    Named{0xc0000382, "STATUS_SMARTCARD_CARD_NOT_AUTHENTICATED"},
    Named{0xc0000383, "STATUS_SMARTCARD_NO_CARD"},
    Named{0xc0000384, "STATUS_SMARTCARD_NO_KEY_CONTAINER"},
    Named{0xc0000385, "STATUS_SMARTCARD_NO_CERTIFICATE"},
    Named{0xc0000386, "STATUS_SMARTCARD_NO_KEYSET"},
    Named{0xc0000387, "STATUS_SMARTCARD_IO_ERROR"},
    Named{0xc0000388, "STATUS_DOWNGRADE_DETECTED"},
    Named{0xc0000389, "STATUS_SMARTCARD_CERT_REVOKED"},
    Named{0xc000038a, "STATUS_ISSUING_CA_UNTRUSTED"},
    Named{0xc000038b, "STATUS_REVOCATION_OFFLINE_C"},
    Named{0xc000038c, "STATUS_PKINIT_CLIENT_FAILURE"},
    Named{0xc000038d, "STATUS_SMARTCARD_CERT_EXPIRED"},
};

}  // namespace

const char* error_name(std::uint32_t code) {
  const auto found =
      std::find_if(kNames.begin(), kNames.end(), [&](const Named& n) { return n.code == code; });
  return found == kNames.end() ? "" : found->name;
}

std::string error_text(std::uint32_t code) {
  char number[32];
  if (code < 0x10000)
    std::snprintf(number, sizeof number, "error %u", code);
  else
    std::snprintf(number, sizeof number, "%s %08x", code >> 28 == 0xc ? "status" : "error", code);
  const std::string name = error_name(code);
  return name.empty() ? number : number + std::string(" (") + name + ")";
}

void throw_trouble(const std::string& what, std::uint32_t code) {
  throw StepFailure(CheckOutcome::blocked, "system-trouble", what + ": " + error_text(code));
}

}  // namespace smx::agent
