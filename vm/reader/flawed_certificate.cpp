#include "vm/reader/flawed_certificate.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "harness/core/error.h"
#include "vm/card/device/card_contents.h"

namespace smx::vm {
namespace {

CertificateFlaw flaw_of(FaultKind kind) {
  switch (kind) {
    case FaultKind::expired_certificate: return CertificateFlaw::expired;
    case FaultKind::not_yet_valid_certificate: return CertificateFlaw::not_yet_valid;
    case FaultKind::untrusted_certificate: return CertificateFlaw::untrusted;
    case FaultKind::revoked_certificate: return CertificateFlaw::revoked;
    default: break;
  }
  throw Error(ErrorKind::internal, "a fault of the card was taken for one of its certificate");
}

}  // namespace

CardFault require_card_fault(const std::string& text) {
  if (const auto fault = parse_card_fault(text)) return *fault;
  throw Error(ErrorKind::usage, fmt::format("\"{}\" is not a fault that a card can have; choose one of {}",
                                            text, fmt::join(card_fault_names(), ", ")));
}

CardData with_flawed_certificate(CardData data, FaultKind flaw, const LabCa& ca) {
  const auto certificate = authentication_certificate(data);
  if (!certificate)
    throw Error(ErrorKind::usage,
                "the card has no certificate of its authentication key that could have a flaw");
  set_authentication_certificate(data, ca.reissue(*certificate, flaw_of(flaw)));
  return data;
}

}  // namespace smx::vm
