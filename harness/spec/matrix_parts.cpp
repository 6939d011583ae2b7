#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>

#include "harness/spec/fields.h"
#include "harness/spec/matrix_parts.h"

namespace smx::spec {

namespace fs = std::filesystem;

fs::path resolved(const Context& context, const std::string& path) {
  // Absolute, because a run may be resumed from another folder.
  return fs::absolute(context.folder / path).lexically_normal();
}

void check_readable(const Value& value, const fs::path& path, std::string_view what) {
  std::error_code trouble;
  if (!fs::exists(path, trouble))
    value.complain(fmt::format("the {} {} is not there; paths are relative to the matrix's folder", what,
                               quote(path.string())));
  else if (!fs::is_regular_file(path, trouble) || ::access(path.c_str(), R_OK) != 0)
    value.complain(fmt::format("the {} {} cannot be read; check that it is a file and its permissions", what,
                               quote(path.string())));
}

namespace {

const std::vector<std::string> kKeys{"rsa2048", "p256"};

/// Entries of a list with ids: the second of an id is a problem.
template <class T>
void add_unique(std::vector<T>& all, T entry, const Value& value, std::string_view noun) {
  const auto same = std::find_if(all.begin(), all.end(), [&](const T& e) { return e.id == entry.id; });
  if (same != all.end() && !entry.id.empty())
    value.member("id").value_or(value).complain(fmt::format(
        "the {} id {} is taken by an earlier {}; give each its own \"id\"", noun, quote(entry.id), noun));
  else
    all.push_back(std::move(entry));
}

std::string read_image(Fields& fields, std::optional<TargetKind> kind, const Context& context) {
  // Images of the reference guests are built by this program under these names; Windows has no such default.
  const auto value = kind == TargetKind::windows ? fields.required("image") : fields.optional("image");
  if (!value) return kind && kind != TargetKind::windows ? std::string(name(*kind)) : "";
  auto image = read_text(*value).value_or("");
  if (image.empty()) {
    if (value->kind() == Kind::text && value->node().text.empty()) value->complain("the image has no name");
    return "";
  }
  if (image.find('/') == image.npos && !image.ends_with(".qcow2")) return image;
  const auto path = resolved(context, image);
  check_readable(*value, path, "image");
  return path.string();
}

Target read_target(const Value& value, const Context& context) {
  Fields fields(value, "a target");
  Target target;
  target.kind = fields.required_word("kind", "target kind", kTargetKinds, parse_target_kind);
  const auto kind =
      value.member("kind") ? parse_target_kind(value.member("kind")->node().text) : std::nullopt;
  const auto id = fields.optional("id");
  target.id = id ? read_id(*id).value_or("") : std::string(name(target.kind));
  target.image = read_image(fields, kind, context);
  if (const auto table = fields.optional("support_table")) {
    const auto known = std::vector<std::string>(context.tables.begin(), context.tables.end());
    if (table->kind() != Kind::null)
      target.support_table = read_word(*table, "support table", known).value_or("");
  } else if (target.kind == TargetKind::reference_linux && context.tables.contains("reference")) {
    target.support_table = "reference";
  }
  fields.finish();
  return target;
}

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
  if (const auto file = fields.optional("file")) {
    const auto text = read_text(*file).value_or("");
    card.file = text.empty() ? "" : resolved(context, text).string();
    if (!text.empty()) check_readable(*file, card.file, "card file");
    if (file->kind() == Kind::text && text.empty())
      file->complain("leave \"file\" out to have a card issued");
  }
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

Reader read_reader(const Value& value, std::vector<Card>& cards, bool cards_listed) {
  Fields fields(value, "a reader");
  Reader reader;
  reader.kind = fields.required_word(
      "kind", "reader kind",
      {ReaderKind::virtual_reader, ReaderKind::pcsc_relay, ReaderKind::usb_passthrough}, parse_reader_kind);
  const auto id = fields.optional("id");
  reader.id = id ? read_id(*id).value_or("") : std::string(name(reader.kind));
  const auto card = fields.optional("card");
  fields.finish();
  if (!fields.is_object()) return reader;
  if (card && cards_listed)
    reader.card = read_word(*card, "card of this matrix", ids_of(cards)).value_or("");
  else if (card)
    card->complain("the matrix has no \"cards\"; list them, or leave \"card\" out for a new PIV card");
  else
    reader.card = default_card(value, reader, cards, cards_listed);
  return reader;
}

}  // namespace

void read_targets(Fields& fields, Matrix& matrix, const Context& context) {
  const auto targets = fields.required("targets");
  if (!targets) return;
  for (const auto& item : read_list(*targets, 1))
    add_unique(matrix.targets, read_target(item, context), item, "target");
}

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
