#include "vm/pcsc/pcsc_context.h"

#include <fmt/format.h>

#include "harness/core/error.h"

namespace smx::vm {

PcscContext::PcscContext() {
  const auto result = ::SCardEstablishContext(SCARD_SCOPE_SYSTEM, nullptr, nullptr, &context_);
  if (result == SCARD_S_SUCCESS) return;
  throw Error(ErrorKind::environment,
              fmt::format("no pcscd answers on this host ({}); install Debian's package pcscd and start it, "
                          "for instance by `systemctl start pcscd.socket`",
                          pcsc_reason(result)));
}

PcscContext::~PcscContext() {
  ::SCardReleaseContext(context_);
}

std::string pcsc_reason(LONG result) {
  switch (result) {
    case SCARD_E_NO_SERVICE:
    case SCARD_E_SERVICE_STOPPED: return "it does not run";
    case SCARD_E_SHARING_VIOLATION: return "another program uses the card; end that program first";
    case SCARD_E_NO_SMARTCARD:
    case SCARD_W_REMOVED_CARD: return "there is no card in it; put the card in";
    case SCARD_W_UNRESPONSIVE_CARD:
    case SCARD_W_UNPOWERED_CARD:
      return "the card does not answer; put it in the other way up, or another one";
    case SCARD_E_UNKNOWN_READER:
    case SCARD_E_READER_UNAVAILABLE:
    case SCARD_E_NO_READERS_AVAILABLE: return "the reader is gone; plug it in";
    case SCARD_W_SECURITY_VIOLATION:
      return "this user may not use pcscd (polkit's rules); ask its administrator";
    case SCARD_W_RESET_CARD: return "another program reset the card";
    case SCARD_E_PROTO_MISMATCH: return "the card speaks neither T=0 nor T=1";
    default: return fmt::format("PC/SC result {:08X}", static_cast<unsigned long>(result) & 0xffffffffUL);
  }
}

}  // namespace smx::vm
