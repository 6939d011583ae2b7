#include "vm/card/iso7816/status_word.h"

#include <fmt/core.h>

#include <algorithm>

namespace smx::vm {

namespace sw {

StatusWord more(std::size_t remaining) {
  return static_cast<StatusWord>(0x6100u | (remaining >= 256 ? 0u : static_cast<unsigned>(remaining)));
}

StatusWord tries_left(int tries) {
  return static_cast<StatusWord>(0x63c0u | static_cast<unsigned>(std::clamp(tries, 0, 15)));
}

}  // namespace sw

std::string describe(StatusWord word) {
  if ((word & 0xff00u) == 0x6100u) {
    return (word & 0xffu) == 0 ? "256 bytes or more wait" : fmt::format("{} bytes wait", word & 0xffu);
  }
  if ((word & 0xfff0u) == 0x63c0u) {
    const unsigned tries = word & 0xfu;
    return tries == 1 ? "1 try left" : fmt::format("{} tries left", tries);
  }
  switch (word) {
    case sw::kOk: return "ok";
    case sw::kTerminated: return "terminated";
    case sw::kMemoryFailure: return "the card's state could not be stored";
    case sw::kWrongLength: return "wrong length";
    case sw::kWrongFileKind: return "not for this kind of file";
    case sw::kSecurityNotSatisfied: return "security status not satisfied";
    case sw::kBlocked: return "blocked";
    case sw::kConditionsNotSatisfied: return "conditions of use not satisfied";
    case sw::kWrongData: return "wrong data";
    case sw::kFunctionNotSupported: return "function not supported";
    case sw::kNotFound: return "not found";
    case sw::kNotEnoughMemory: return "not enough memory";
    case sw::kWrongP1P2: return "wrong P1 P2";
    case sw::kReferenceNotFound: return "no such key reference";
    case sw::kFileExists: return "the file is there already";
    case sw::kInsNotSupported: return "instruction not supported";
    case sw::kClaNotSupported: return "class not supported";
    case sw::kNoDiagnosis: return "no precise diagnosis";
    default: return "?";
  }
}

}  // namespace smx::vm
