#include "harness/app/preflight.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "harness/core/error.h"
#include "harness/core/files.h"
#include "harness/spec/lab_files.h"
#include "harness/spec/load.h"
#include "scenarios/verify/certificates.h"
#include "vm/reader/card_files.h"

namespace smx::app {
namespace {

[[noreturn]] void refuse(const Plan& plan, const std::string& pointer, const std::string& why) {
  throw Error(ErrorKind::usage, spec::place_in_file(plan.matrix.file, pointer) + ": " + why);
}

void check_certificate(const Plan& plan, std::size_t index) {
  const auto& file = plan.matrix.cards[index].certificate;
  std::string pem;
  try {
    pem = read_file(file, 1u << 20);
  } catch (const Error& e) {
    refuse(plan, fmt::format("/cards/{}/certificate", index), e.what());
  }
  if (verify::certificate_sha256(pem).empty())
    refuse(plan, fmt::format("/cards/{}/certificate", index),
           fmt::format("{} holds no certificate in PEM (BEGIN CERTIFICATE)", file));
}

void check_card_file(const Plan& plan, std::size_t index) {
  const auto pointer = fmt::format("/cards/{}/file", index);
  const auto& file = plan.matrix.cards[index].file;
  vm::CardSummary card;
  try {
    card = vm::read_card_summary(file);
  } catch (const Error& e) {
    if (e.kind() != ErrorKind::usage) throw;
    refuse(plan, pointer, e.what());
  }
  const auto application = name(plan.matrix.cards[index].application);
  if (card.application != application)
    refuse(plan, pointer,
           fmt::format("{} holds a {} card, and the matrix says \"{}\"; write \"application\": \"{}\"", file,
                       card.application, application, card.application));
  // Every scenario signs with this key, and what it signed is verified with this certificate.
  if (card.key.empty() || card.certificate_pem.empty())
    refuse(plan, pointer,
           fmt::format("{} has no {} {}, which the scenarios use; make a card with "
                       "`safemode-matrix card create`",
                       file, card.key.empty() ? "key" : "certificate of its key",
                       application == "gids" ? "in its default container" : "9A (PIV authentication)"));
}

std::set<std::string> cards_in_use(const Plan& plan) {
  std::set<std::string> ids;
  for (const auto& group : plan.groups) ids.insert(plan.reader(group.reader).card);
  return ids;
}

/// A resumed run's matrix was read long ago.
void check_lab_file(const Plan& plan, const char* pointer, const std::string& file,
                    std::string (*read)(const std::filesystem::path&)) {
  try {
    read(file);
  } catch (const Error& e) {
    refuse(plan, pointer, e.what());
  }
}

}  // namespace

void check_lab(const Plan& plan) {
  const auto& lab = plan.matrix.lab;
  if (!lab.external()) return;
  check_lab_file(plan, "/lab/ca", lab.ca, spec::read_authority);
  if (!lab.crl.empty()) check_lab_file(plan, "/lab/crl", lab.crl, spec::read_revocation_lists);
}

void check_readers_and_cards(const Plan& plan) {
  const auto not_yet = [&](const std::string& pointer, std::string_view what, std::string_view instead) {
    refuse(plan, pointer, fmt::format("this version has no {}; use \"{}\"", what, instead));
  };
  const auto& readers = plan.matrix.readers;
  for (std::size_t i = 0; i < readers.size(); ++i)
    if (readers[i].kind != ReaderKind::virtual_reader &&
        plan.card(readers[i].card).application == CardApplication::gids)
      not_yet(fmt::format("/readers/{}/kind", i),
              fmt::format("GIDS cards in {} readers", name(readers[i].kind)), "virtual");
  const auto& cards = plan.matrix.cards;
  for (std::size_t i = 0; i < cards.size(); ++i)
    if (cards[i].application == CardApplication::gids && cards[i].key != "rsa2048")
      not_yet(fmt::format("/cards/{}/key", i), fmt::format("GIDS cards with the key {}", cards[i].key),
              "rsa2048");
  const auto used = cards_in_use(plan);
  for (std::size_t i = 0; i < cards.size(); ++i)
    if (!cards[i].file.empty() && used.contains(cards[i].id)) check_card_file(plan, i);
  for (std::size_t i = 0; i < cards.size(); ++i)
    if (!cards[i].certificate.empty()) check_certificate(plan, i);
}

}  // namespace smx::app
