#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <iostream>

#include "harness/app/secret_input.h"
#include "harness/cli/card_commands.h"
#include "harness/core/error.h"
#include "vm/reader/real_card.h"

namespace smx::cli {
namespace {

struct Arguments {
  std::string reader, pin, puk;
  bool use_last_try = false;
};

void recover(const Arguments& args, Session& session) {
  vm::CardSecrets owner{app::read_secret(args.pin, "card's original PIN", session.cancel), {}};
  if (!args.puk.empty()) owner.puk = app::read_secret(args.puk, "PUK", session.cancel);
  const auto restored = vm::recover_card(args.reader, owner, {args.use_last_try});
  if (!restored.ok) throw Error(ErrorKind::environment, "the card is not recovered: " + restored.message);
  fmt::print("{}; {} tries left\n",
             restored.changed ? "the card has its original PIN again" : "the card has its original PIN",
             restored.full);
}

}  // namespace

void add_card_recover(CLI::App& parent, Session& session) {
  auto args = std::make_shared<Arguments>();
  auto* command = parent.add_subcommand(
      "recover", "Give a real card its original PIN back, after a run that died while it had another one");
  command->add_option(
      "--reader", args->reader,
      "The host reader's name, or part of it (default: the only one, or the only one with a card)");
  command
      ->add_option("--pin", args->pin,
                   "The card's original PIN, as env:VARIABLE or file:PATH (default: asked for)")
      ->type_name("REFERENCE");
  command->add_option("--puk", args->puk, "Its PUK, for a card that a run was allowed to block, and did")
      ->type_name("REFERENCE");
  command->add_flag("--use-last-try", args->use_last_try,
                    "Present the PIN, if only one is possible, although one try is left: if it is wrong, the "
                    "card is blocked");
  command->callback([args, &session] { recover(*args, session); });
}

}  // namespace smx::cli
