#include "scenarios/agent/core/pcsc_errors.h"

#include <algorithm>
#include <array>
#include <cstdio>

#include "scenarios/agent/core/reporter.h"

namespace smx::agent {
namespace {

struct Known {
  std::uint32_t code;
  const char* cause;
  const char* text;
};

constexpr std::array kKnown{
    Known{0x8010001d, "no-smart-card-service", "the smart card service does not run (SCARD_E_NO_SERVICE"},
    Known{0x8010001e, "no-smart-card-service", "the smart card service stopped (SCARD_E_SERVICE_STOPPED"},
    Known{0x8010002e, "no-reader", "no smart card reader is there (SCARD_E_NO_READERS_AVAILABLE"},
    Known{0x80100009, "no-reader", "the reader is not known (SCARD_E_UNKNOWN_READER"},
    Known{0x80100017, "no-reader", "the reader is gone (SCARD_E_READER_UNAVAILABLE"},
    Known{0x8010000c, "no-card", "no smart card is in the reader (SCARD_E_NO_SMARTCARD"},
    Known{0x80100069, "no-card", "the card was removed (SCARD_W_REMOVED_CARD"},
    Known{0x80100066, "card-mute", "the card does not answer (SCARD_W_UNRESPONSIVE_CARD"},
    Known{0x80100067, "card-mute", "the card has no power (SCARD_W_UNPOWERED_CARD"},
    Known{0x8010000b, "card-in-use", "another program holds the card (SCARD_E_SHARING_VIOLATION"},
    Known{0x80100068, "card-reset", "another program reset the card (SCARD_W_RESET_CARD"},
    Known{0x80100016, "reader-refused", "the reader refused (SCARD_E_NOT_TRANSACTED"},
    Known{0x8010000a, "no-event", "the time is over (SCARD_E_TIMEOUT"},
};

const Known* known(long code) {
  const auto* found =
      std::find_if(kKnown.begin(), kKnown.end(), [&](auto& k) { return k.code == pcsc_word(code); });
  return found == kKnown.end() ? nullptr : found;
}

}  // namespace

std::string pcsc_message(long code) {
  char digits[16];
  std::snprintf(digits, sizeof digits, "%08x", pcsc_word(code));
  const auto* entry = known(code);
  if (entry) return std::string(entry->text) + ", " + digits + ")";
  return std::string("PC/SC error ") + digits;
}

const char* pcsc_cause(long code) {
  const auto* entry = known(code);
  return entry ? entry->cause : "pcsc-error";
}

void check_pcsc(long code, const std::string& what) {
  if (pcsc_word(code) == 0) return;
  throw StepFailure(CheckOutcome::failed, pcsc_cause(code), what + ": " + pcsc_message(code));
}

}  // namespace smx::agent
