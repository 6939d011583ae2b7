#include "harness/cli/card_secrets.h"

#include <fmt/format.h>

#include "harness/cli/secret_input.h"
#include "harness/core/error.h"
#include "harness/spec/load.h"
#include "vm/safety/pin_recovery.h"

namespace smx::cli {
namespace {

[[noreturn]] void refuse(const Plan& plan, const std::string& pointer, const std::string& why) {
  throw Error(ErrorKind::usage, spec::place_in_file(plan.matrix.file, pointer) + ": " + why);
}

/// What the matrix names of a card.
vm::OwnerSecrets named_secrets(const Plan& plan, std::size_t index) {
  const auto& card = plan.matrix.cards[index];
  const auto read = [&](const char* key, const SecretReference& reference) {
    if (reference.empty()) return Secret();
    try {
      return read_secret(reference, fmt::format("{} of card \"{}\"", key[1] == 'i' ? "PIN" : "PUK", card.id));
    } catch (const Error& e) {
      refuse(plan, fmt::format("/cards/{}/{}", index, key), e.what());
    }
  };
  return {read("pin", card.pin), read("puk", card.puk)};
}

/// Of a real card: they must be what a PIV card can have, before the card is touched.
void check_forms(const Plan& plan, std::size_t index, const vm::OwnerSecrets& secrets) {
  if (const auto why = vm::pin_trouble(secrets.pin); !secrets.pin.empty() && !why.empty())
    refuse(plan, fmt::format("/cards/{}/pin", index), "the PIN " + why + ", as a PIV card's has");
  if (const auto why = vm::puk_trouble(secrets.puk); !secrets.puk.empty() && !why.empty())
    refuse(plan, fmt::format("/cards/{}/puk", index), "the PUK " + why + ", as a PIV card's has");
}

/// Says which cell needs what is not there.
void check_needs(const Plan& plan, const BootGroup& group, std::size_t index,
                 const vm::OwnerSecrets& secrets) {
  const auto& card = plan.matrix.cards[index];
  const bool physical = plan.reader(group.reader).kind != ReaderKind::virtual_reader;
  for (const auto i : group.cells)
    for (const auto& word : plan.catalogue.find(plan.cells[i].id.scenario)->credentials) {
      const bool pin = word == "pin";
      if (!(pin ? secrets.pin : secrets.puk).empty()) continue;
      if (physical && !pin && !card.allow_blocking) continue;  // then it is never used
      const auto what = fmt::format("{} needs the {} of the card {}", plan.cells[i].id.str(),
                                    pin ? "PIN" : "PUK", physical ? card.id : card.file);
      if (!physical)
        throw Error(ErrorKind::usage,
                    fmt::format("{}; give it with --card-{}, as env:VARIABLE or file:PATH, or name its place "
                                "in the matrix",
                                what, word));
      refuse(
          plan, fmt::format("/cards/{}", index),
          fmt::format(
              R"({}; name its place: "{}": {{"env": VARIABLE}}, {{"file": PATH}} or {{"credential": NAME}})",
              what, word));
    }
}

}  // namespace

vm::CardSecrets card_secrets(const Plan& plan, const std::string& pin_argument,
                             const std::string& puk_argument, const CancelToken& cancel) {
  vm::OwnerSecrets arguments;
  if (!pin_argument.empty()) arguments.pin = read_secret(pin_argument, "PIN", cancel);
  if (!puk_argument.empty()) arguments.puk = read_secret(puk_argument, "PUK", cancel);
  vm::CardSecrets all;
  for (const auto& group : plan.groups) {
    const auto& reader = plan.reader(group.reader);
    const auto& cards = plan.matrix.cards;
    for (std::size_t i = 0; i < cards.size(); ++i) {
      const bool physical = reader.kind != ReaderKind::virtual_reader;
      if (cards[i].id != reader.card || (!physical && cards[i].file.empty())) continue;
      auto secrets = named_secrets(plan, i);
      if (!physical && secrets.pin.empty()) secrets.pin = arguments.pin;
      if (!physical && secrets.puk.empty()) secrets.puk = arguments.puk;
      if (physical) check_forms(plan, i, secrets);
      check_needs(plan, group, i, secrets);
      all[cards[i].id] = std::move(secrets);
    }
  }
  return all;
}

}  // namespace smx::cli
