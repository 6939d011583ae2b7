// card-on-host [--key rsa2048|p256|p384] [--slots 9a,9c,9d,9e] [--application piv|gids|blank-gids] COMMAND
// ARGUMENT...
//
// Runs a host program beside a private pcscd whose only reader holds a new card. The program finds in its
// environment SMX_PIN, SMX_PUK (GIDS: SMX_ADMIN_KEY), SMX_CARD_PEM (its certificate's file), SMX_CA_PEM (the
// root's file), SMX_ATR, and for PIV PIV_EXT_AUTH_KEY (a file with the 3DES management key in hex, as
// piv-tool wants it); a card that is not initialised has SMX_ATR only. Its exit code is passed on; 3: the
// sandbox cannot be made here. The card's APDU trace goes to stderr.

#include <fmt/core.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>

#include "harness/core/error.h"
#include "harness/core/files.h"
#include "tests/integration/card/pcscd_sandbox.h"
#include "tests/issued_card.h"
#include "vm/card/device/card_contents.h"
#include "vm/card/device/smart_card.h"
#include "vm/card/gids/gids_card.h"
#include "vm/lab/x509_text.h"
#include "vm/reader/card_files.h"

namespace {

using namespace smx;
using namespace smx::vm;

struct Options {
  CreateCardOptions card;
  std::string application = "piv";
};

void tell(const char* variable, const std::string& value) {
  ::setenv(variable, value.c_str(), 1);
}

/// A new card, of which the environment tells what the program needs to know.
CardData make_card(const Options& asked, const std::filesystem::path& folder) {
  if (asked.application == "blank-gids") return blank_gids_card();
  const LabCa ca;
  auto options = asked.card;
  options.application = *parse_card_application(asked.application);
  options.admin_key = random_admin_key();
  const auto pin = random_digits(8), puk = random_digits(8);
  auto data = issue_card(pin, puk, options, ca);
  write_file_atomically(folder / "ca.pem", ca.chain_pem());
  write_file_atomically(folder / "card.pem", pem_of_certificate(authentication_certificate(data).value()));
  tell("SMX_PIN", std::string(pin.reveal()));
  if (options.application == CardApplication::gids) {
    tell("SMX_ADMIN_KEY", std::string(options.admin_key.reveal()));
  } else {
    tell("SMX_PUK", std::string(puk.reveal()));
    const auto file = folder / "management.key";
    write_file_atomically(file, hex(as_bytes(data.management_key->key.reveal())), 0600);
    tell("PIV_EXT_AUTH_KEY", file);
  }
  tell("SMX_CA_PEM", folder / "ca.pem");
  tell("SMX_CARD_PEM", folder / "card.pem");
  return data;
}

int run_beside_card(const Options& options, char** argv) {
  if (const auto reason = PcscdSandbox::enter(); !reason.empty()) throw Error(ErrorKind::environment, reason);
  const TempDir folder(std::filesystem::temp_directory_path(), "card-on-host-");
  auto data = make_card(options, folder.path());
  tell("SMX_ATR", hex(data.atr));
  const PcscdSandbox pcscd;
  SmartCard card(std::make_unique<MemoryCardStore>(std::move(data)));
  const CardInHostReader reader(card);
  const auto pid = ::fork();
  if (pid == 0) {
    ::execvp(argv[0], argv);
    ::_exit(127);
  }
  int status = 0;
  ::waitpid(pid, &status, 0);
  fmt::print(stderr, "{}", card.take_trace());
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

}  // namespace

int main(int argc, char** argv) try {
  int at = 1;
  Options options;
  bool known = true;
  for (; at + 1 < argc && std::string_view(argv[at]).starts_with("--"); at += 2) {
    const std::string_view option = argv[at], value = argv[at + 1];
    const auto key = parse_key_kind(value);
    if (option == "--key" && key)
      options.card.key = *key;
    else if (option == "--slots")
      options.card.slots = parse_slots(value);
    else if (option == "--application" && (value == "blank-gids" || parse_card_application(value)))
      options.application = value;
    else
      known = false;
  }
  if (!known || at >= argc)
    throw Error(ErrorKind::usage,
                "card-on-host [--key rsa2048|p256|p384] [--slots 9a,9c,9d,9e] [--application "
                "piv|gids|blank-gids] COMMAND ARGUMENT...");
  return run_beside_card(options, argv + at);
} catch (const smx::Error& e) {
  fmt::print(stderr, "card-on-host: {}\n", e.what());
  return smx::exit_code_of(e.kind());
}
