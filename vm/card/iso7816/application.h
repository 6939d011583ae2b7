#pragma once

#include <string>

#include "vm/card/iso7816/apdu.h"

namespace smx::vm {

/// One application on a card: what is behind an AID. It sees whole commands (chains are joined before) and
/// gives whole responses (split after). Called by one thread at a time.
class Application {
 public:
  virtual ~Application() = default;
  /// Whether SELECT by this full or right-truncated AID means this application.
  virtual bool answers_to(ByteView aid) const = 0;
  /// Whether `process` takes SELECT too: by file, and by name with another P2 than 00.
  virtual bool selects_files() const { return false; }
  /// The response to SELECT. Selecting what is selected already keeps its security status.
  virtual ResponseApdu select() = 0;
  /// Another application was selected, or the power came back: every security status is lost.
  virtual void reset() = 0;
  /// May throw when the card's memory cannot be stored; the card then answers 6581.
  virtual ResponseApdu process(const CommandApdu& command) = 0;
  /// The command in words for the trace: "VERIFY PIN". Its data is not whole when CLA is 10, a part of a
  /// chain. Never any byte of a secret.
  virtual std::string describe(const CommandApdu& command) const = 0;
};

}  // namespace smx::vm
