// card-on-host [--key rsa2048|p256|p384] [--slots 9a,9c,9d,9e] COMMAND ARGUMENT...
//
// Runs a host program beside a private pcscd whose only reader holds a new PIV card. The program finds in its
// environment SMX_PIN, SMX_PUK, SMX_CARD_PEM (the 9A certificate's file), SMX_CA_PEM (the root's file),
// SMX_ATR, and PIV_EXT_AUTH_KEY (a file with the 3DES management key in hex, as piv-tool wants it). Its exit
// code is passed on; 3: the sandbox cannot be made here. The card's APDU trace goes to stderr.

#include <fmt/core.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>

#include "harness/core/error.h"
#include "harness/core/files.h"
#include "tests/integration/card/pcscd_sandbox.h"
#include "vm/card/smart_card.h"
#include "vm/lab/x509_text.h"
#include "vm/reader/card_files.h"

namespace {

using namespace smx;
using namespace smx::vm;

int run_beside_card(const CreateCardOptions& options, char** argv) {
  if (const auto reason = PcscdSandbox::enter(); !reason.empty()) throw Error(ErrorKind::environment, reason);
  const TempDir folder(std::filesystem::temp_directory_path(), "card-on-host-");
  const LabCa ca;
  const auto pin = random_digits(8), puk = random_digits(8);
  auto data = issue_card(pin, puk, options, ca);
  write_file_atomically(folder.path() / "ca.pem", ca.certificate_pem());
  write_file_atomically(folder.path() / "card.pem",
                        pem_of_certificate(authentication_certificate(data).value()));
  write_file_atomically(folder.path() / "management.key", hex(as_bytes(data.management_key->key.reveal())),
                        0600);
  ::setenv("PIV_EXT_AUTH_KEY", (folder.path() / "management.key").c_str(), 1);
  ::setenv("SMX_PIN", std::string(pin.reveal()).c_str(), 1);
  ::setenv("SMX_PUK", std::string(puk.reveal()).c_str(), 1);
  ::setenv("SMX_CA_PEM", (folder.path() / "ca.pem").c_str(), 1);
  ::setenv("SMX_CARD_PEM", (folder.path() / "card.pem").c_str(), 1);
  ::setenv("SMX_ATR", hex(data.atr).c_str(), 1);
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
  CreateCardOptions options;
  for (; at + 1 < argc && argv[at][0] == '-'; at += 2) {
    const std::string_view option = argv[at], value = argv[at + 1];
    const auto key = parse_key_kind(value);
    if (option == "--key" && key)
      options.key = *key;
    else if (option == "--slots")
      options.slots = parse_slots(value);
    else
      at = argc;
  }
  if (at >= argc) {
    throw Error(ErrorKind::usage,
                "card-on-host [--key rsa2048|p256|p384] [--slots 9a,9c,9d,9e] COMMAND ARGUMENT...");
  }
  return run_beside_card(options, argv + at);
} catch (const smx::Error& e) {
  fmt::print(stderr, "card-on-host: {}\n", e.what());
  return smx::exit_code_of(e.kind());
}
