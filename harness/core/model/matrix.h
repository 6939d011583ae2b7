#pragma once

#include <string>
#include <vector>

#include "harness/core/lab_description.h"
#include "harness/core/model/scenario.h"
#include "harness/core/time_types.h"
#include "harness/core/types.h"

// What a matrix file asks for: targets, boot modes, cards, readers, the lab and waivers.

namespace smx {

/// A driver package that is installed into a Windows before its scenarios run. It has `inf` or `msi`.
struct DriverPackage {
  std::string inf;  ///< its INF file; everything in that folder is the package
  /// the publisher's certificate (DER or PEM), to be trusted first; empty: it is trusted
  std::string certificate;
  std::string msi = {};  ///< its Windows Installer file, which is the package
  bool operator==(const DriverPackage&) const = default;
};

struct Target {
  std::string id;
  TargetKind kind = TargetKind::reference_linux;
  std::string image;          ///< a name the image store knows, or a path
  std::string support_table;  ///< id of its table; empty: undocumented
  /// The policy "Turn on Smart Card Plug and Play service" (registry value EnableScPnP).
  bool smart_card_plug_and_play = true;
  ModeSwitch mode_switch = ModeSwitch::offline;  ///< Windows only
  bool screen = true;                            ///< Windows only: scenarios also use the screen
  std::vector<DriverPackage> drivers = {};       ///< Windows only; installed in this order
  bool operator==(const Target&) const = default;
};

/// What `scenario` does at the screen of `target`; null when there is nothing, or `target.screen` is off.
const ScreenPart* screen_part(const Scenario& scenario, const Target& target);

/// Where a secret is to be found: an environment variable, the first line of a file, or a credential of the
/// service manager (a file in $CREDENTIALS_DIRECTORY). Never the secret itself.
struct SecretReference {
  std::string kind = {};  ///< "env", "file" or "credential"; empty: no secret is named
  std::string name = {};
  bool empty() const { return kind.empty(); }
  bool operator==(const SecretReference&) const = default;
};

struct Card {
  std::string id;
  CardApplication application = CardApplication::piv;
  CardSolution solution = CardSolution::plug_and_play;
  std::string key = "rsa2048";  ///< "rsa2048", "p256" or "p384": the kind of the authentication key
  std::string file;             ///< a card file; empty: a new card is issued for each run, or it is physical
  SecretReference pin = {},
                  puk = {};  ///< of a card from a file or a physical one; issued cards get random ones
  /// of a physical card: a PEM file with what its authentication key must have
  std::string certificate = {};
  bool allow_blocking = false;  ///< a physical card's PIN may be blocked, and unblocked by its PUK
  bool operator==(const Card&) const = default;
};

struct Reader {
  std::string id;
  ReaderKind kind = ReaderKind::virtual_reader;
  std::string card;  ///< id of the card in it
  /// `pcsc-relay`: a PC/SC reader's name, or part of one; `usb-passthrough`: "vvvv:pppp" (vendor and
  /// product), "serial:TEXT" or "port:1-2.3"; empty: the only one there is
  std::string device = {};
  bool operator==(const Reader&) const = default;
};

/// The domain that scenarios log on to: the run's own lab, or an existing domain.
struct Lab {
  /// Of an existing domain, but for `ca_pem` and `crl_pem`: those are read at each use, as lists grow old.
  LabDescription domain = {};
  std::string ca = {}, crl = {};       ///< its files, PEM; `crl` may be empty
  std::string join_user = {};          ///< an account that may join machines to it; empty: none is named
  SecretReference join_password = {};  ///< that account's
  bool external() const { return domain.kind == LabKind::external; }
  bool operator==(const Lab&) const = default;
};

/// A reviewed permission for one deviation.
struct Waiver {
  std::string cell;  ///< a cell id; `*` matches any characters
  std::string owner, reason;
  std::string expires;  ///< ISO 8601 date; valid through that day, UTC
  bool operator==(const Waiver&) const = default;
};

struct Matrix {
  std::string name;
  std::string file;  ///< where it was read
  std::vector<Target> targets;
  std::vector<BootMode> modes;
  std::vector<Card> cards;
  std::vector<Reader> readers;
  Lab lab;
  std::vector<std::string> scenarios;  ///< ids, in catalogue order
  int attempts = 2;                    ///< tries at a cell that should pass, 1 to 5
  Milliseconds boot_limit{60000};      ///< from the machine's start to the agent's answer
  std::vector<Waiver> waivers;
  bool operator==(const Matrix&) const = default;
};

}  // namespace smx
