#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "harness/spec/dates.h"
#include "harness/spec/fields.h"
#include "harness/spec/load.h"
#include "harness/spec/load_whole.h"
#include "harness/spec/read.h"

namespace smx::spec {
namespace {

Waiver read_waiver(const Value& value) {
  Fields fields(value, "a waiver");
  Waiver waiver;
  waiver.cell = fields.required_text("cell");
  waiver.owner = fields.required_text("owner");
  waiver.reason = fields.required_text("reason");
  if (const auto expires = fields.required("expires")) waiver.expires = read_date(*expires).value_or("");
  fields.finish();
  return waiver;
}

}  // namespace

void check_cell_pattern(const Value& value, const std::string& cell) {
  const auto slashes = std::count(cell.begin(), cell.end(), '/');
  const bool star = cell.find('*') != cell.npos;
  if (slashes != 3 && !(star && slashes < 3))
    value.complain(
        fmt::format("{} matches no cell; cells are target/mode/reader/scenario, and * matches any "
                    "characters",
                    quote(cell)));
}

std::vector<Waiver> read_waivers(const Value& list) {
  std::vector<Waiver> waivers;
  std::set<std::string> cells;
  for (const auto& item : read_list(list)) {
    auto waiver = read_waiver(item);
    if (const auto cell = item.member("cell"); cell && !waiver.cell.empty()) {
      check_cell_pattern(*cell, waiver.cell);
      if (!cells.insert(waiver.cell).second)
        cell->complain(fmt::format("{} is waived twice; remove one", quote(waiver.cell)));
    }
    waivers.push_back(std::move(waiver));
  }
  return waivers;
}

std::vector<Waiver> read_waiver_file(const Document& document) {
  auto fields = file_fields(document, "a waiver file");
  std::vector<Waiver> waivers;
  if (const auto list = fields.required("waivers")) waivers = read_waivers(*list);
  fields.finish();
  return waivers;
}

std::vector<Waiver> load_waivers(const std::filesystem::path& path) {
  return load_whole(path, read_waiver_file);
}

}  // namespace smx::spec
