#include <fmt/format.h>

#include <algorithm>

#include "harness/core/error.h"
#include "harness/spec/fields.h"
#include "harness/spec/load.h"
#include "harness/spec/matrix_parts.h"
#include "harness/spec/read.h"

namespace smx::spec {
namespace {

namespace fs = std::filesystem;

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

/// Windows takes minutes where a reference guest takes seconds, the first start after a change above all.
std::int64_t usual_boot_limit(const Matrix& matrix) {
  const bool windows = std::any_of(matrix.targets.begin(), matrix.targets.end(),
                                   [](const Target& t) { return t.kind == TargetKind::windows; });
  return windows ? 600000 : 60000;
}

}  // namespace

Matrix read_matrix(const Document& document, const fs::path& path, const Context& context) {
  auto fields = file_fields(document, "a matrix");
  Matrix matrix;
  matrix.file = path.string();
  const auto own_name = fields.optional("name");
  matrix.name = own_name ? read_text(*own_name, 200).value_or("") : path.stem().string();
  if (own_name && own_name->kind() == Kind::text && own_name->node().text.empty())
    own_name->complain("leave \"name\" out to call the matrix after its file");
  read_targets(fields, matrix, context);
  matrix.modes = read_modes(fields);
  read_cards_and_readers(fields, matrix, context);
  read_lab(fields, matrix.lab, context);
  matrix.scenarios = read_scenarios(fields, context);
  matrix.attempts = static_cast<int>(fields.integer("attempts", 2, 1, 5));
  matrix.boot_limit = Milliseconds(fields.integer("boot_limit_ms", usual_boot_limit(matrix), 1000, 3600000));
  matrix.waivers = read_matrix_waivers(fields, context);
  fields.finish();
  return matrix;
}

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
