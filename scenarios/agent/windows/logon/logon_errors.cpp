#include "scenarios/agent/windows/logon/logon_errors.h"

#include <algorithm>
#include <initializer_list>
#include <iterator>
#include <utility>

namespace smx::agent {
namespace {

// ntstatus.h
constexpr std::pair<std::uint32_t, const char*> kCauses[] = {
    {0xc0000380, "wrong-pin"},
    {0xc0000381, "pin-blocked"},
    {0xc0000382, "wrong-pin"},  // the card is not authenticated
    {0xc0000383, "no-card"},
    {0xc0000384, "no-key"},
    {0xc0000385, "no-certificate"},
    {0xc0000386, "no-key"},
    {0xc0000387, "card-mute"},
    {0xc0000321, "no-smart-card-service"},  // the smart card subsystem failed
    {0xc0000389, "certificate-revoked"},
    {0xc000038a, "certificate-not-trusted"},
    {0xc000038b, "revocation-unknown"},
    {0xc000038d, "certificate-expired"},
    {0xc000005e, "no-kdc"},
    {0xc0000320, "logon-refused"},  // PKINIT
    {0xc000038c, "kdc-not-trusted"},
    {0xc0000064, "no-such-user"},
    {0xc000006d, "logon-refused"},
    {0xc000006e, "logon-refused"},
    {0xc0000072, "logon-refused"},
    {0xc0000133, "clock-skew"},
    {0xc00000fe, "no-kerberos"},
    {0xc0000022, "not-local-system"},
    {0xc0000061, "not-local-system"},
    {0xc0000041, "not-local-system"},  // STATUS_PORT_CONNECTION_REFUSED
};

const char* known(std::uint32_t status) {
  const auto* found =
      std::find_if(std::begin(kCauses), std::end(kCauses), [&](auto& c) { return c.first == status; });
  return found == std::end(kCauses) ? nullptr : found->second;
}

/// Whether what Windows says most exactly, the substatus where there is one, is among these.
bool says_one_of(std::initializer_list<std::uint32_t> wanted, std::uint32_t status, std::uint32_t substatus) {
  const auto said = substatus == 0 ? status : substatus;
  return std::find(wanted.begin(), wanted.end(), said) != wanted.end();
}

}  // namespace

const char* logon_cause(std::uint32_t status, std::uint32_t substatus) {
  const char* cause = substatus == 0 ? nullptr : known(substatus);
  if (cause == nullptr) cause = known(status);
  return cause == nullptr ? "logon-refused" : cause;
}

bool refuses_this_user(std::uint32_t status, std::uint32_t substatus) {
  return says_one_of({0xc0000064, 0xc000006d, 0xc000006e}, status, substatus);
}

bool refuses_for_pin(std::uint32_t status, std::uint32_t substatus) {
  // Without a single character Windows may not even ask the card: STATUS_INVALID_PARAMETER.
  return says_one_of({0xc0000380, 0xc0000382, 0xc000006d, 0xc000000d}, status, substatus);
}

}  // namespace smx::agent
