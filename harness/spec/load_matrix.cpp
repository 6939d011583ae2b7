#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>

#include "harness/core/error.h"
#include "harness/spec/fields.h"
#include "harness/spec/load.h"
#include "harness/spec/waivers.h"

namespace smx::spec {
namespace {

namespace fs = std::filesystem;

const std::vector<std::string> kKeys{"rsa2048", "p256"};

/// What a matrix is read against.
struct Context {
  fs::path folder;  ///< the matrix's own: paths in it are relative to this
  const Catalogue& catalogue;
  const std::set<std::string>& tables;
  Problems& problems;
};

fs::path resolved(const Context& context, const std::string& path) {
  return (context.folder / path).lexically_normal();  // an absolute `path` stays as it is
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

template <class T>
std::vector<std::string> ids_of(const std::vector<T>& all) {
  std::vector<std::string> ids;
  for (const auto& entry : all) ids.push_back(entry.id);
  return ids;
}

std::string read_image(Fields& fields, TargetKind kind, const Context& context) {
  // Images of the reference guests are built by this program under these names; Windows has no such default.
  const auto value = kind == TargetKind::windows ? fields.required("image") : fields.optional("image");
  if (!value) return kind == TargetKind::windows ? "" : std::string(name(kind));
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
  const auto id = fields.optional("id");
  target.id = id ? read_id(*id).value_or("") : std::string(name(target.kind));
  target.image = read_image(fields, target.kind, context);
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

std::vector<BootMode> read_modes(Fields& fields) {
  if (!fields.optional("modes")) return {BootMode::normal, BootMode::safe_networking};
  const auto words = spellings(kBootModes);
  std::vector<BootMode> modes;
  for (const auto& word : fields.texts(
           "modes", [&](const Value& v) { return read_word(v, "boot mode", words); }, 1))
    modes.push_back(*parse_boot_mode(word));
  return modes;
}

std::vector<std::string> read_scenarios(Fields& fields, const Context& context) {
  const auto all = ids_of(context.catalogue.scenarios);
  const auto value = fields.optional("scenarios");
  if (!value || (value->kind() == Kind::text && value->node().text == "all")) return all;
  if (value->kind() == Kind::text) {
    value->complain(fmt::format("\"scenarios\" is \"all\" or a list, not {}", value->described()));
    return all;
  }
  const auto named = fields.texts(
      "scenarios", [&](const Value& v) { return read_word(v, "scenario", all); }, 1);
  std::vector<std::string> ordered;
  std::copy_if(all.begin(), all.end(), std::back_inserter(ordered), [&](const std::string& id) {
    return std::find(named.begin(), named.end(), id) != named.end();
  });
  return ordered;
}

/// Waivers stand in the matrix itself or in a file of their own that it names.
std::vector<Waiver> read_matrix_waivers(Fields& fields, const Context& context) {
  const auto value = fields.optional("waivers");
  if (!value) return {};
  if (value->kind() == Kind::list) return read_waivers(*value);
  if (value->kind() != Kind::text) {
    value->complain(
        fmt::format("a list of waivers or a file's name was expected, not {}", value->described()));
    return {};
  }
  const auto path = resolved(context, value->node().text);
  const auto before = context.problems.size();
  check_readable(*value, path, "waiver file");
  if (context.problems.size() != before) return {};
  const auto document = read_document(path, context.problems);
  return document ? read_waiver_file(*document) : std::vector<Waiver>{};
}

Matrix read_matrix(const Document& document, const fs::path& path, const Context& context) {
  auto fields = file_fields(document, "a matrix");
  Matrix matrix;
  matrix.file = path.string();
  const auto own_name = fields.optional("name");
  matrix.name = own_name ? read_text(*own_name, 200).value_or("") : path.stem().string();
  if (own_name && own_name->kind() == Kind::text && own_name->node().text.empty())
    own_name->complain("leave \"name\" out to call the matrix after its file");
  if (const auto targets = fields.required("targets"))
    for (const auto& item : read_list(*targets, 1))
      add_unique(matrix.targets, read_target(item, context), item, "target");
  matrix.modes = read_modes(fields);
  read_cards_and_readers(fields, matrix, context);
  matrix.scenarios = read_scenarios(fields, context);
  matrix.attempts = static_cast<int>(fields.integer("attempts", 2, 1, 5));
  matrix.boot_limit = Milliseconds(fields.integer("boot_limit_ms", 60000, 1000, 3600000));
  matrix.waivers = read_matrix_waivers(fields, context);
  fields.finish();
  return matrix;
}

}  // namespace

Matrix load_matrix(const fs::path& path, const Catalogue& catalogue, const std::set<std::string>& tables) {
  Problems problems;
  Matrix matrix;
  if (const auto document = read_document(path, problems))
    matrix = read_matrix(*document, path, {path.parent_path(), catalogue, tables, problems});
  problems.throw_if_any();
  return matrix;
}

std::string place_in_file(const fs::path& path, const std::string& pointer) {
  Problems problems;
  std::optional<Document> document;
  try {
    document = read_document(path, problems);
  } catch (const Error&) {
    return path.string();  // unreadable by now; its name still helps
  }
  if (!document) return path.string();
  std::vector<Value> open{document->root()};
  while (!open.empty()) {
    const auto value = open.back();
    open.pop_back();
    if (value.pointer() == pointer) return place_text(path.string(), value.place(), pointer);
    for (const auto& child : value.children()) open.push_back(child);
  }
  return path.string();
}

}  // namespace smx::spec
