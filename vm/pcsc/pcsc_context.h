#pragma once

#include <PCSC/winscard.h>

#include <string>

// PC/SC's own types. For .cpp files of this folder.

namespace smx::vm {

/// A connection to this host's pcscd.
class PcscContext {
 public:
  /// Throws Error(environment) when no pcscd answers.
  PcscContext();
  ~PcscContext();
  PcscContext(const PcscContext&) = delete;
  PcscContext& operator=(const PcscContext&) = delete;
  SCARDCONTEXT get() const { return context_; }

 private:
  SCARDCONTEXT context_ = 0;
};

/// What a PC/SC result means for a person; never pcsclite's own text alone.
std::string pcsc_reason(LONG result);

}  // namespace smx::vm
