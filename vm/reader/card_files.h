#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "harness/core/cancel.h"
#include "harness/core/secret.h"
#include "harness/core/types.h"
#include "vm/card/memory/card_data.h"
#include "vm/lab/lab_ca.h"

// Card files for people: what `safemode-matrix card create|show|serve` does.

namespace smx::vm {

/// What a new card is made of, with what it is certified for. The slots get certificates too. Empty: PIN and
/// PUK, 8 random digits; the administrator's key, a random one.
struct CreateCardOptions : CardIssue {
  CardHolder holder = {};
  CardApplication application = CardApplication::piv;
};

/// The secrets that a new card was given: shown to its owner once. PIN and PUK are kept nowhere, a GIDS
/// card's administrator's key in the card only.
struct CreatedCard : CardSecrets {
  std::string certificate_pem;  ///< of the authentication key
};

/// An administrator's key as 48 hex digits.
Secret random_admin_key();

/// Makes a new card and writes it to `file` (mode 0600), which must not be there yet. Throws
/// Error(usage).
CreatedCard create_card(const std::filesystem::path& file, const CreateCardOptions& options, const LabCa& ca);

/// "9a,9c,82" as key references. Throws Error(usage) for anything else, and when 9a is not among them.
std::vector<std::uint8_t> parse_slots(std::string_view text);

/// The same card without a file, with exactly the secrets in `options`: a fresh key, certified by `ca`; a
/// GIDS card has `ca` among its roots. Throws Error(usage).
CardData issue_card(const CreateCardOptions& options, const LabCa& ca);

/// What a card file tells without a PIN.
struct CardSummary {
  std::string application;  ///< "piv", "gids"
  std::string guid;         ///< of the CHUID, or the card identifier, hex: no two cards have the same
  std::string atr_hex;
  std::string key;              ///< "rsa2048", "p256": of the authentication key; "" when it has none
  std::string certificate_pem;  ///< of that key; "" when it has none
  std::string issuer_pem;       ///< the authority's root; "" when unknown
  std::string subject, issuer, upn, serial, not_before, not_after, certificate_sha256;
  int pin_tries_left = 0, pin_tries_max = 0;
  int puk_tries_left = 0, puk_tries_max = 0;  ///< both 0: the card has no PUK
  bool pin_is_initial = false, puk_is_initial = false;
};

/// Throws Error(usage) naming the file when it is not a card.
CardSummary read_card_summary(const std::filesystem::path& file);

/// Serves the card in `file` (which changes with it) until cancelled; blocks. `where` is
/// - the path of a unix socket, on which it listens for QEMU's virtual reader; or
/// - "vpcd:" or "vpcd:HOST[:PORT]", the virtual reader of this host's pcscd; ends too when the driver hangs
///   up.
/// Throws Error(usage) for either of the two, and when the file is served somewhere else (naming where);
/// Error(environment).
/// `fault`, where not empty, is what goes wrong with it (docs/card.md); a flawed certificate is the served
/// card's only, the file keeps its own.
void serve_card(const std::filesystem::path& file, const std::string& where, const std::string& fault,
                const LabCa& ca, const CancelToken& cancel);

}  // namespace smx::vm
