#include "harness/app/card_secrets.h"

#include <fmt/format.h>

#include "harness/app/secret_input.h"
#include "harness/core/error.h"
#include "harness/spec/load.h"
#include "vm/safety/pin_recovery.h"

namespace smx::app {
namespace {

[[noreturn]] void refuse(const Plan& plan, const std::string& pointer, const std::string& why) {
  throw Error(ErrorKind::usage, spec::place_in_file(plan.matrix.file, pointer) + ": " + why);
}

/// What the matrix names of a card.
vm::CardSecrets named_secrets(const Plan& plan, std::size_t index) {
  const auto& card = plan.matrix.cards[index];
  const auto read = [&](const char* key, const SecretReference& reference) {
    if (reference.empty()) return Secret();
    try {
      return read_secret(reference, fmt::format("{} of card \"{}\"", key[1] == 'i' ? "PIN" : "PUK", card.id));
    } catch (const Error& e) {
      refuse(plan, fmt::format("/cards/{}/{}", index, key), e.what());
    }
  };
  auto pin = read("pin", card.pin), unblocker = read("puk", card.puk);
  if (card.application == CardApplication::gids) return {std::move(pin), {}, std::move(unblocker)};
  return {std::move(pin), std::move(unblocker)};
}

/// Of a real card: they must be what a PIV card can have, before the card is touched.
void check_forms(const Plan& plan, std::size_t index, const vm::CardSecrets& secrets) {
  if (const auto why = vm::pin_trouble(secrets.pin); !secrets.pin.empty() && !why.empty())
    refuse(plan, fmt::format("/cards/{}/pin", index), "the PIN " + why + ", as a PIV card's has");
  if (const auto why = vm::puk_trouble(secrets.puk); !secrets.puk.empty() && !why.empty())
    refuse(plan, fmt::format("/cards/{}/puk", index), "the PUK " + why + ", as a PIV card's has");
}

/// What the agent is given for a word of the catalogue's: a GIDS card is unblocked by its administrator.
struct Needed {
  const Secret& secret;
  std::string_view name, option;
};

Needed needed(const std::string& word, const Card& card, const vm::CardSecrets& secrets) {
  if (word == "pin") return {secrets.pin, "PIN", "pin"};
  if (card.application == CardApplication::gids)
    return {secrets.admin_key, "administrator's key", "admin-key"};
  return {secrets.puk, "PUK", "puk"};
}

/// Whether a scenario never gets to use the secret, whatever it is (card_safety.h, real-cards.md).
bool is_never_used(const std::string& word, const Scenario& scenario, const Card& card, ReaderKind reader) {
  switch (reader) {
    case ReaderKind::virtual_reader: return false;
    case ReaderKind::pcsc_relay: return word != "pin" && !card.allow_blocking;
    case ReaderKind::usb_passthrough: return word != "pin" || scenario.changes == Changes::card;
  }
  return false;
}

/// Says which cell needs what is not there.
void check_needs(const Plan& plan, const BootGroup& group, std::size_t index,
                 const vm::CardSecrets& secrets) {
  const auto& card = plan.matrix.cards[index];
  const auto kind = plan.reader(group.reader).kind;
  const bool physical = kind != ReaderKind::virtual_reader;
  for (const auto i : group.cells) {
    const auto& scenario = *plan.catalogue.find(plan.cells[i].id.scenario);
    for (const auto& word : scenario.credentials) {
      const auto need = needed(word, card, secrets);
      if (!need.secret.empty() || is_never_used(word, scenario, card, kind)) continue;
      const auto what = fmt::format("{} needs the {} of the card {}", plan.cells[i].id.str(), need.name,
                                    physical ? card.id : card.file);
      if (!physical)
        throw Error(ErrorKind::usage,
                    fmt::format("{}; give it with --card-{}, as env:VARIABLE or file:PATH, or name its place "
                                "in the matrix",
                                what, need.option));
      refuse(
          plan, fmt::format("/cards/{}", index),
          fmt::format(
              R"({}; name its place: "{}": {{"env": VARIABLE}}, {{"file": PATH}} or {{"credential": NAME}})",
              what, word));
    }
  }
}

}  // namespace

vm::SecretsByCard card_secrets(const Plan& plan, const CardArguments& arguments, const CancelToken& cancel) {
  vm::CardSecrets given;
  const auto read = [&](const std::string& argument, const char* what) {
    return argument.empty() ? Secret() : read_secret(argument, what, cancel);
  };
  given.pin = read(arguments.pin, "PIN");
  given.puk = read(arguments.puk, "PUK");
  given.admin_key = read(arguments.admin_key, "administrator's key");
  vm::SecretsByCard all;
  for (const auto& group : plan.groups) {
    const auto& reader = plan.reader(group.reader);
    const auto& cards = plan.matrix.cards;
    for (std::size_t i = 0; i < cards.size(); ++i) {
      const bool physical = reader.kind != ReaderKind::virtual_reader;
      if (cards[i].id != reader.card || (!physical && cards[i].file.empty())) continue;
      auto secrets = named_secrets(plan, i);
      if (!physical && secrets.pin.empty()) secrets.pin = given.pin;
      if (!physical && secrets.puk.empty()) secrets.puk = given.puk;
      if (!physical && secrets.admin_key.empty()) secrets.admin_key = given.admin_key;
      if (physical) check_forms(plan, i, secrets);
      check_needs(plan, group, i, secrets);
      all[cards[i].id] = std::move(secrets);
    }
  }
  return all;
}

}  // namespace smx::app
