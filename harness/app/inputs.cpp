#include "harness/app/inputs.h"

#include <set>

#include "harness/app/slots.h"
#include "harness/core/error.h"
#include "harness/core/files.h"
#include "harness/core/model/model_json.h"
#include "harness/core/text.h"
#include "harness/plan/make_plan.h"
#include "harness/spec/load.h"
#include "scenarios/verify/verify.h"

namespace smx::app {
namespace {

namespace fs = std::filesystem;

/// A path when it looks like one, else the installed file of that name.
fs::path find_installed(const std::string& name, const char* folder, const char* what) {
  std::error_code error;
  if (name.find('/') != std::string::npos || name.ends_with(".json")) {
    if (!fs::exists(name, error)) throw Error(ErrorKind::usage, name + " is not there");
    return name;
  }
  const auto path = data_dir() / folder / (name + ".json");
  if (fs::exists(path, error)) return path;
  std::vector<std::string> known;
  for (const auto& entry : fs::directory_iterator(data_dir() / folder, error))
    if (const auto file = entry.path().filename().string();
        file.ends_with(".json") && !file.ends_with(".confirmations.json"))
      known.push_back(entry.path().stem().string());
  const auto near = closest(name, known);
  throw Error(ErrorKind::usage, std::string("there is no ") + what + " \"" + name + "\"" +
                                    (near.empty() ? "; give a file" : "; did you mean \"" + near + "\"?"));
}

}  // namespace

Catalogue installed_catalogue() {
  return spec::load_catalogue(data_dir() / "catalogue", verify::checks_of_verifiers());
}

Inputs load_inputs(const std::vector<fs::path>& extra_tables) {
  Inputs inputs{installed_catalogue(), spec::load_support_tables(data_dir() / "support")};
  for (const auto& path : extra_tables) {
    auto table = spec::load_support_table(path);
    inputs.tables[table.id] = std::move(table);
  }
  return inputs;
}

fs::path find_matrix(const std::string& name) {
  return find_installed(name, "matrices", "matrix");
}
fs::path find_table(const std::string& name) {
  return find_installed(name, "support", "support table");
}

Plan plan_matrix(const PlanArguments& arguments) {
  const auto inputs = load_inputs(arguments.tables);
  std::set<std::string> ids;
  for (const auto& [id, table] : inputs.tables) ids.insert(id);
  auto matrix = spec::load_matrix(find_matrix(arguments.matrix), inputs.catalogue, ids);
  if (arguments.attempts != 0) matrix.attempts = arguments.attempts;
  PlanOptions options;
  options.slots = static_cast<int>(arguments.slots != 0 ? arguments.slots : default_slots());
  options.only = arguments.only;
  return make_plan(matrix, inputs.catalogue, inputs.tables, options);
}

TimePoint parse_as_of(const std::string& text) {
  try {
    const auto t = parse_iso8601(text.size() == 10 ? text + "T00:00:00.000Z" : text);
    if (iso8601(t).substr(0, 10) == text.substr(0, 10)) return t;  // not the 31st of February
  } catch (const Error&) {
    // said below, in the words of the command line
  }
  throw Error(ErrorKind::usage, "\"" + text + "\" is not a date such as 2026-11-24");
}

}  // namespace smx::app
