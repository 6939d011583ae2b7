#pragma once

#include <cstdint>
#include <string>

namespace smx::agent {

// winscard's codes are macros of different types on different systems; only their low 32 bits are the same.
constexpr std::uint32_t pcsc_word(long code) {
  return static_cast<std::uint32_t>(code);
}

/// "no smart card is in the reader (SCARD_E_NO_SMARTCARD, 8010000c)"
std::string pcsc_message(long code);

/// The protocol's word for an error of PC/SC: `pcsc-error` for those without one.
const char* pcsc_cause(long code);

/// Throws StepFailure (failed, pcsc_cause) for anything but success. `what` was being done.
void check_pcsc(long code, const std::string& what);

}  // namespace smx::agent
