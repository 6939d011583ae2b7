#include "vm/reader/card_files.h"

#include <fmt/core.h>

#include <algorithm>

#include "harness/core/error.h"
#include "vm/card/device/card_contents.h"
#include "vm/card/file/file_card_store.h"
#include "vm/card/gids/gids_card.h"
#include "vm/card/memory/card_store.h"
#include "vm/card/piv/piv_card.h"
#include "vm/card/piv/piv_names.h"
#include "vm/lab/x509_text.h"

namespace smx::vm {
namespace {

Secret chosen_or_random(const Secret& chosen) {
  return chosen.empty() ? random_digits(8) : chosen;
}

CardData new_gids_card_of(const CreateCardOptions& options, const LabCa& ca) {
  auto admin_key = parse_admin_key(options.admin_key.reveal());
  auto data = new_gids_card(options, admin_key);
  wipe(admin_key);
  set_gids_root(data, ca.root_der());
  return data;
}

CardKeyUse use_of(std::uint8_t reference) {
  switch (*piv::role_of(reference)) {
    case piv::KeyRole::signature: return CardKeyUse::signature;
    case piv::KeyRole::key_management: return CardKeyUse::key_management;
    case piv::KeyRole::card_authentication: return CardKeyUse::card_authentication;
    case piv::KeyRole::authentication: break;
  }
  return CardKeyUse::authentication;
}

}  // namespace

Secret random_admin_key() {
  auto bytes = random_bytes(24);
  Secret key(hex(bytes));
  wipe(bytes);
  return key;
}

std::vector<std::uint8_t> parse_slots(std::string_view text) {
  std::vector<std::uint8_t> slots;
  for (std::size_t at = 0; at <= text.size();) {
    const auto comma = std::min(text.find(',', at), text.size());
    const auto slot = parse_hex(text.substr(at, comma - at));
    if (!slot || slot->size() != 1 || !piv::role_of((*slot)[0]))
      throw Error(ErrorKind::usage,
                  fmt::format("\"{}\" is not a key of a PIV card; write 9a, 9c, 9d, 9e or 82 to 95, "
                              "with commas between them",
                              text.substr(at, comma - at)));
    slots.push_back((*slot)[0]);
    at = comma + 1;
  }
  if (std::find(slots.begin(), slots.end(), kKeyAuthentication) == slots.end())
    throw Error(ErrorKind::usage, "9a is missing, the key that scenarios authenticate with; add it");
  return slots;
}

CreatedCard create_card(const std::filesystem::path& file, const CreateCardOptions& options,
                        const LabCa& ca) {
  if (std::filesystem::exists(file)) {
    throw Error(
        ErrorKind::usage,
        fmt::format("{} is there already; a card is never overwritten: choose another name", file.string()));
  }
  auto complete = options;
  complete.pin = chosen_or_random(options.pin);
  if (options.application == CardApplication::gids) {
    complete.puk = {};  // the administrator's key unblocks it
    if (options.admin_key.empty()) complete.admin_key = random_admin_key();
  } else {
    complete.puk = chosen_or_random(options.puk);
    complete.admin_key = {};
  }
  const auto data = issue_card(complete, ca);
  FileCardStore(file).save(data);
  return {{complete.pin, complete.puk, complete.admin_key},
          pem_of_certificate(authentication_certificate(data).value())};
}

CardData issue_card(const CreateCardOptions& options, const LabCa& ca) {
  for (const int tries : {options.pin_tries, options.puk_tries}) {
    if (tries < 1 || tries > 15) {
      throw Error(ErrorKind::usage, fmt::format("{} tries cannot be: a retry counter has 1 to 15", tries));
    }
  }
  const bool gids = options.application == CardApplication::gids;
  auto data = gids ? new_gids_card_of(options, ca) : new_piv_card(options);
  if (gids)
    set_authentication_certificate(
        data, ca.issue_card_certificate(authentication_key(data)->public_key_der(), options.holder));
  else
    for (const auto& [reference, key] : data.keys)
      set_certificate(data, reference,
                      ca.issue_card_certificate(key.public_key_der(), options.holder, use_of(reference)));
  data.issuer_certificate = ca.certificate_der();
  return data;
}

CardSummary read_card_summary(const std::filesystem::path& file) {
  const auto data = FileCardStore(file).load();
  CardSummary summary;
  summary.application = data.application;
  summary.guid = card_guid(data);
  summary.atr_hex = hex(data.atr);
  if (const auto* key = authentication_key(data)) summary.key = name(key->kind());
  if (const auto der = authentication_certificate(data)) {
    const auto text = describe_certificate(*der);
    summary.certificate_pem = pem_of_certificate(*der);
    summary.subject = text.subject;
    summary.issuer = text.issuer;
    summary.upn = text.upn;
    summary.serial = text.serial;
    summary.not_before = text.not_before;
    summary.not_after = text.not_after;
    summary.certificate_sha256 = text.sha256;
  }
  if (!data.issuer_certificate.empty()) summary.issuer_pem = pem_of_certificate(data.issuer_certificate);
  summary.pin_tries_left = data.pin.tries_left;
  summary.pin_tries_max = data.pin.max_tries;
  if (data.application != "gids" || data.gids.puk_length != 0) {
    summary.puk_tries_left = data.puk.tries_left;
    summary.puk_tries_max = data.puk.max_tries;
  }
  summary.pin_is_initial = data.pin.is_initial;
  summary.puk_is_initial = data.puk.is_initial;
  return summary;
}

}  // namespace smx::vm
