#include "vm/reader/card_files.h"

#include <fmt/core.h>

#include "harness/core/error.h"
#include "vm/card/card_store.h"
#include "vm/lab/x509_text.h"

namespace smx::vm {
namespace {

Secret chosen_or_random(const Secret& chosen) {
  return chosen.empty() ? random_digits(8) : chosen;
}

}  // namespace

CreatedCard create_card(const std::filesystem::path& file, const CreateCardOptions& options,
                        const LabCa& ca) {
  if (std::filesystem::exists(file)) {
    throw Error(
        ErrorKind::usage,
        fmt::format("{} is there already; a card is never overwritten: choose another name", file.string()));
  }
  CreatedCard created{chosen_or_random(options.pin), chosen_or_random(options.puk), {}};
  const auto data = issue_card(created.pin, created.puk, options, ca);
  created.certificate_pem = pem_of_certificate(authentication_certificate(data).value());
  FileCardStore(file).save(data);
  return created;
}

CardData issue_card(const Secret& pin, const Secret& puk, const CreateCardOptions& options, const LabCa& ca) {
  for (const int tries : {options.pin_tries, options.puk_tries}) {
    if (tries < 1 || tries > 15) {
      throw Error(ErrorKind::usage, fmt::format("{} tries cannot be: a retry counter has 1 to 15", tries));
    }
  }
  auto data = new_piv_card({.pin = std::string(pin.reveal()),
                            .puk = std::string(puk.reveal()),
                            .key = options.key,
                            .pin_tries = options.pin_tries,
                            .puk_tries = options.puk_tries});
  set_authentication_certificate(
      data, ca.issue_card_certificate(authentication_key(data)->public_key_der(), options.holder));
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
  summary.puk_tries_left = data.puk.tries_left;
  summary.puk_tries_max = data.puk.max_tries;
  summary.pin_is_initial = data.pin.is_initial;
  summary.puk_is_initial = data.puk.is_initial;
  return summary;
}

}  // namespace smx::vm
