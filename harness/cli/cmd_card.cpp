#include <fmt/format.h>
#include <fmt/ranges.h>

#include <CLI/CLI.hpp>
#include <iostream>
#include <nlohmann/json.hpp>

#include "harness/app/lab_authority.h"
#include "harness/app/secret_input.h"
#include "harness/cli/card_commands.h"
#include "harness/cli/session.h"
#include "harness/core/card_fault.h"
#include "harness/core/error.h"
#include "vm/reader/card_files.h"

namespace smx::cli {
namespace {

std::optional<vm::ManagementKey> read_management_key(const std::string& reference,
                                                     const CancelToken& cancel) {
  if (reference.empty()) return std::nullopt;
  auto key = vm::parse_management_key(app::read_secret(reference, "management key", cancel).reveal());
  if (!key)
    throw Error(ErrorKind::usage, reference +
                                      " holds no management key; write 16, 24 or 32 bytes in hex, or "
                                      "aes192: and 24 bytes in hex");
  return key;
}

void add_create(CLI::App& parent, Session& session) {
  struct Arguments {
    std::string file, application = "piv", pin, puk, admin_key, management_key, key = "rsa2048", slots = "9a",
                      upn = "user@LAB.TEST", name = "Lab User";
  };
  auto args = std::make_shared<Arguments>();
  auto* command =
      parent.add_subcommand("create", "Make a card with keys and certificates of the lab's authority");
  command->add_option("FILE", args->file, "The card file to write; it must not be there yet")->required();
  command->add_option("--pin", args->pin, "The PIN, as env:VARIABLE or file:PATH (default: asked for)")
      ->type_name("REFERENCE");
  command->add_option("--puk", args->puk, "The PUK of a PIV card, likewise")->type_name("REFERENCE");
  command->add_option("--application", args->application, "What the card is for Windows")
      ->capture_default_str()
      ->check(CLI::IsMember({"piv", "gids"}));
  command
      ->add_option("--admin-key", args->admin_key,
                   "The administrator's key of a GIDS card, 48 hex digits, likewise")
      ->type_name("REFERENCE");
  command->add_option("--key", args->key, "The kind of its keys")
      ->capture_default_str()
      ->check(CLI::IsMember({"rsa2048", "p256", "p384"}));
  command->add_option("--slots", args->slots, "The keys it gets: 9a, and any of 9c, 9d, 9e, 82 to 95")
      ->capture_default_str()
      ->type_name("9a,...");
  command
      ->add_option("--management-key", args->management_key,
                   "The card management key in hex, as env:VARIABLE or file:PATH: 16, 24 (3DES) or 32 bytes, "
                   "or aes192:HEX (default: a random one, kept in the card file)")
      ->type_name("REFERENCE");
  command->add_option("--upn", args->upn, "The user principal name in the certificate")
      ->capture_default_str();
  command->add_option("--name", args->name, "The common name in the certificate")->capture_default_str();
  command->callback([args, &session] {
    vm::CreateCardOptions options;
    options.pin = app::read_secret(args->pin, "PIN", session.cancel);
    options.application = *parse_card_application(args->application);
    if (options.application == CardApplication::gids)
      options.admin_key = app::read_secret(args->admin_key, "administrator's key", session.cancel);
    else
      options.puk = app::read_secret(args->puk, "PUK", session.cancel);
    options.key = vm::parse_key_kind(args->key).value();
    options.slots = vm::parse_slots(args->slots);
    options.management_key = read_management_key(args->management_key, session.cancel);
    options.holder = {args->name, args->upn};
    vm::create_card(args->file, options, app::lab_authority());
    fmt::print("{}: a {} card of {} ({})\n", args->file,
               options.application == CardApplication::gids ? "GIDS" : "PIV", args->upn, args->key);
  });
}

nlohmann::json to_json(const vm::CardSummary& s) {
  return {{"application", s.application},
          {"guid", s.guid},
          {"atr", s.atr_hex},
          {"key", s.key},
          {"subject", s.subject},
          {"issuer", s.issuer},
          {"upn", s.upn},
          {"serial", s.serial},
          {"not_before", s.not_before},
          {"not_after", s.not_after},
          {"certificate_sha256", s.certificate_sha256},
          {"certificate_pem", s.certificate_pem},
          {"pin_tries_left", s.pin_tries_left},
          {"pin_tries_max", s.pin_tries_max},
          {"puk_tries_left", s.puk_tries_left},
          {"puk_tries_max", s.puk_tries_max}};
}

void print_card(const vm::CardSummary& s) {
  fmt::print("application   {}\nGUID          {}\nATR           {}\nkey           {}\n", s.application,
             s.guid, s.atr_hex, s.key);
  fmt::print("PIN           {} of {} tries left\n", s.pin_tries_left, s.pin_tries_max);
  if (s.puk_tries_max != 0)
    fmt::print("PUK           {} of {} tries left\n", s.puk_tries_left, s.puk_tries_max);
  if (s.certificate_pem.empty()) return;
  fmt::print(
      "subject       {}\nUPN           {}\nissuer        {}\nserial        {}\nvalid         {} to "
      "{}\nSHA-256       {}\n",
      s.subject, s.upn, s.issuer, s.serial, s.not_before, s.not_after, s.certificate_sha256);
}

void add_show(CLI::App& parent) {
  struct Arguments {
    std::string file;
    bool json = false, pem = false;
  };
  auto args = std::make_shared<Arguments>();
  auto* command =
      parent.add_subcommand("show", "Tell what a card file holds, as far as it tells without a PIN");
  command->add_option("FILE", args->file, "The card file")->required();
  command->add_flag("--json", args->json, "Write it as JSON");
  command->add_flag("--pem", args->pem, "Write the certificate and its authority's as PEM");
  command->callback([args] {
    const auto summary = vm::read_card_summary(args->file);
    if (args->pem)
      std::cout << summary.certificate_pem << summary.issuer_pem;
    else if (args->json)
      std::cout << to_json(summary).dump(2) << "\n";
    else
      print_card(summary);
  });
}

void add_serve(CLI::App& parent, Session& session) {
  struct Arguments {
    std::string file, where, fault;
  };
  auto args = std::make_shared<Arguments>();
  auto* command = parent.add_subcommand(
      "serve", "Put a card into a reader, until Ctrl-C: QEMU's virtual one, or pcscd's");
  command->add_option("FILE", args->file, "The card file; it changes as the card does")->required();
  command
      ->add_option("WHERE", args->where,
                   "A unix socket to listen on for QEMU's ccid-card-passthru, or vpcd:[HOST[:PORT]] for "
                   "vsmartcard's vpcd")
      ->required();
  command
      ->add_option("--fault", args->fault,
                   fmt::format("What goes wrong with it: {} (slow:MS for a delay of one's own)",
                               fmt::join(card_fault_names(), ", ")))
      ->type_name("FAULT");
  command->callback([args, &session] {
    std::cerr << "serving " << args->file << " at " << args->where
              << (args->fault.empty() ? "" : " with the fault " + args->fault)
              << "; Ctrl-C takes the card out\n";
    vm::serve_card(args->file, args->where, args->fault, app::lab_authority(), session.cancel);
  });
}

}  // namespace

void add_card(CLI::App& app, Session& session) {
  auto* command = app.add_subcommand(
      "card", "Smart cards: create, show, serve; the readers of this host; recover real cards");
  command->require_subcommand(1);
  add_create(*command, session);
  add_show(*command);
  add_serve(*command, session);
  add_card_recover(*command, session);
  add_card_readers(*command);
}

}  // namespace smx::cli
