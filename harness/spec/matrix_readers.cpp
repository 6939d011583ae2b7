#include <fmt/format.h>

#include <algorithm>
#include <regex>

#include "harness/spec/fields.h"
#include "harness/spec/matrix_parts.h"

// The cards of a matrix, and the readers they are in.

namespace smx::spec {
namespace {

const std::vector<std::string> kKeys{"rsa2048", "p256", "p384"};

Card read_card(const Value& value, const Context& context) {
  Fields fields(value, "a card");
  Card card;
  card.application =
      fields.word("application", "card application", {CardApplication::piv, CardApplication::gids},
                  parse_card_application, CardApplication::piv);
  const auto id = fields.optional("id");
  card.id = id ? read_id(*id).value_or("") : std::string(name(card.application));
  card.solution =
      fields.word("solution", "card solution",
                  {CardSolution::plug_and_play, CardSolution::custom_csp, CardSolution::custom_ksp,
                   CardSolution::pkcs11, CardSolution::incomplete_inf, CardSolution::multislot_reader},
                  parse_card_solution, CardSolution::plug_and_play);
  if (const auto key = fields.optional("key"))
    card.key = read_word(*key, "kind of key", kKeys).value_or("rsa2048");
  card.file = read_path(fields.optional("file"), context, "card file");
  card.pin = read_secret_reference(fields.optional("pin"), context);
  card.puk = read_secret_reference(fields.optional("puk"), context);
  card.certificate = read_path(fields.optional("certificate"), context, "certificate");
  card.allow_blocking = fields.boolean("allow_blocking", false);
  fields.finish();
  return card;
}

/// The card in a reader that names none: the only one there is, or for a virtual reader a new PIV card.
std::string default_card(const Value& value, const Reader& reader, std::vector<Card>& cards, bool listed) {
  if (listed && cards.size() == 1) return cards.front().id;
  if (listed && cards.size() > 1) {
    value.complain("there are several cards; say with \"card\" which one is in this reader");
    return "";
  }
  if (reader.kind != ReaderKind::virtual_reader) {
    if (!listed)
      value.complain(fmt::format("what card is in a {} reader? describe it in \"cards\"", name(reader.kind)));
    return "";
  }
  Card piv;
  piv.id = "piv";
  if (std::find(cards.begin(), cards.end(), piv) == cards.end()) cards.push_back(piv);
  return piv.id;
}

/// What tells the device from others of its kind.
std::string read_device(const Value& value, ReaderKind kind) {
  const auto text = read_text(value, 200).value_or("");
  if (value.kind() != Kind::text) return text;
  if (kind == ReaderKind::virtual_reader)
    value.complain_at_key("a virtual reader is made for the run; it has no device");
  static const std::regex usb("[0-9a-f]{4}:[0-9a-f]{4}|serial:.+|port:[0-9]+-[0-9]+([.][0-9]+)*",
                              std::regex::ECMAScript | std::regex::icase);
  if (kind == ReaderKind::usb_passthrough && !std::regex_match(text, usb))
    value.complain(
        fmt::format("{} is no USB device; write \"vvvv:pppp\" (vendor and product), \"serial:TEXT\" "
                    "or \"port:1-2.3\", as `safemode-matrix card readers` shows them",
                    quote(text)));
  if (kind == ReaderKind::pcsc_relay && text.empty())
    value.complain("leave \"device\" out for the only PC/SC reader there is");
  return text;
}

/// A card file is a card in software; what is in a physical reader has none.
void check_card(const Value& value, const Reader& reader, const std::vector<Card>& cards) {
  const auto card =
      std::find_if(cards.begin(), cards.end(), [&](const Card& c) { return c.id == reader.card; });
  if (card == cards.end()) return;
  const bool physical = reader.kind != ReaderKind::virtual_reader;
  if (physical && !card->file.empty())
    value.complain(
        fmt::format("the card {} is a card file, and a {} reader holds a card of its own; describe "
                    "that one in \"cards\"",
                    quote(card->id), name(reader.kind)));
  if (!physical && card->file.empty() && !(card->pin.empty() && card->puk.empty()))
    value.complain(
        fmt::format("the card {} is issued for each run, with a PIN and PUK of its own; leave "
                    "\"pin\" and \"puk\" out, or name its \"file\"",
                    quote(card->id)));
}

Reader read_reader(const Value& value, std::vector<Card>& cards, bool cards_listed) {
  Fields fields(value, "a reader");
  Reader reader;
  reader.kind = fields.required_word(
      "kind", "reader kind",
      {ReaderKind::virtual_reader, ReaderKind::pcsc_relay, ReaderKind::usb_passthrough}, parse_reader_kind);
  const auto id = fields.optional("id");
  reader.id = id ? read_id(*id).value_or("") : std::string(name(reader.kind));
  const auto card = fields.optional("card");
  const auto device = fields.optional("device");
  if (device) reader.device = read_device(*device, reader.kind);
  fields.finish();
  if (!fields.is_object()) return reader;
  if (card && cards_listed)
    reader.card = read_word(*card, "card of this matrix", ids_of(cards)).value_or("");
  else if (card)
    card->complain("the matrix has no \"cards\"; list them, or leave \"card\" out for a new PIV card");
  else
    reader.card = default_card(value, reader, cards, cards_listed);
  check_card(value, reader, cards);
  return reader;
}

}  // namespace

void read_cards_and_readers(Fields& fields, Matrix& matrix, const Context& context) {
  const auto cards = fields.optional("cards");
  if (cards)
    for (const auto& item : read_list(*cards, 1))
      add_unique(matrix.cards, read_card(item, context), item, "card");
  if (const auto readers = fields.optional("readers")) {
    for (const auto& item : read_list(*readers, 1))
      add_unique(matrix.readers, read_reader(item, matrix.cards, cards.has_value()), item, "reader");
    return;
  }
  Reader reader;
  reader.id = std::string(name(reader.kind));
  reader.card = default_card(cards.value_or(fields.value()), reader, matrix.cards, cards.has_value());
  matrix.readers.push_back(reader);
}

}  // namespace smx::spec
