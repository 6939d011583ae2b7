#pragma once

#include <map>
#include <optional>
#include <string>

#include "harness/core/secret.h"
#include "harness/core/time_types.h"
#include "vm/card/memory/card_secrets.h"
#include "vm/lab/lab_ca.h"
#include "vm/reader/reader_session.h"

namespace smx::vm {

/// The secrets of the cards that the project did not issue for the run, by the card's id in the matrix.
/// Absent or empty: not given, and scenarios that need it get none.
using SecretsByCard = std::map<std::string, CardSecrets>;

/// Readers of kind `virtual`: the project's own card behind QEMU's emulated CCID reader.
///
/// A card without a file is issued for the session: fresh key, certificate of the run's lab authority, random
/// PIN and PUK, kept in memory only. A card with a file is copied into the session's folder; the file stays
/// as it is.
class VirtualReaderProvider : public ReaderProvider {
 public:
  /// `ca` outlives this. `greeting_limit`: how long `attachment` waits for a QEMU that has not accepted
  /// reader and card yet; it did long before a guest can say anything, unless its main loop is slow.
  explicit VirtualReaderProvider(const LabCa& ca, SecretsByCard secrets = {},
                                 Milliseconds greeting_limit = Milliseconds(5000));
  /// Listens on folder/card.sock (and keeps a copy of a card file in folder/card.json) when it returns.
  /// Throws Error(usage) also for what this version does not have: other kinds of reader.
  std::unique_ptr<ReaderSession> open(const Reader& reader, const Card& card,
                                      const std::filesystem::path& folder) override;

 private:
  const LabCa& ca_;
  SecretsByCard secrets_;
  Milliseconds greeting_limit_;
};

}  // namespace smx::vm
