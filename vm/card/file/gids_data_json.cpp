#include "vm/card/file/gids_data_json.h"

#include <array>
#include <utility>

#include "vm/card/file/card_place.h"
#include "vm/card/gids/gids_files.h"

namespace smx::vm {
namespace {

using Json = nlohmann::json;

constexpr std::array<std::pair<GidsState, std::string_view>, 3> kStates{
    {{GidsState::creation, "creation"},
     {GidsState::operational, "operational"},
     {GidsState::terminated, "terminated"}}};
constexpr std::size_t kAdminKeySize = 24;

std::uint32_t hex_number(const Place& place, const std::string& key, std::size_t most_digits) {
  const auto bytes = parse_hex(key);
  if (!bytes || bytes->empty() || key.size() > most_digits)
    place.fail(fmt::format("\"{}\" is not a hex number", key));
  std::uint32_t value = 0;
  for (const auto b : *bytes) value = value << 8 | b;
  return value;
}

Json to_json(const GidsFile& file) {
  Json objects = Json::object();
  for (const auto& [tag, value] : file.objects) objects[fmt::format("{:06x}", tag)] = hex(value);
  return {{"fcp", hex(file.fcp)}, {"active", file.active}, {"objects", objects}};
}

GidsFile parse_file(const Place& place, std::uint16_t id) {
  place.only({"fcp", "active", "objects"});
  GidsFile file{place.at("fcp").bytes(), place.at("active").boolean(), {}};
  const auto parameters = gids::read_fcp(file.fcp);
  if (!parameters || parameters->id != id) place.at("fcp").fail("is not the file's control parameters");
  const auto objects = place.at("objects");
  for (const auto& [tag, value] : objects.object().items())
    file.objects[hex_number(objects, tag, 6)] = objects.member(tag, value).bytes();
  return file;
}

GidsState parse_state(const Place& place) {
  const auto text = place.text();
  for (const auto& [state, name] : kStates)
    if (text == name) return state;
  place.fail("is not one of \"creation\", \"operational\" and \"terminated\"");
}

/// 0, or what a PIN can have.
int parse_length(const Place& place) {
  const int length = place.number(0, 16);
  if (length > 0 && length < 4) place.fail("is neither 0 nor 4 to 16");
  return length;
}

}  // namespace

Json gids_json(const GidsData& gids) {
  Json files = Json::object();
  for (const auto& [id, file] : gids.files) files[fmt::format("{:04x}", id)] = to_json(file);
  const auto state = std::find_if(kStates.begin(), kStates.end(),
                                  [&](const auto& known) { return known.first == gids.state; });
  return {{"state", state->second},
          {"pin_length", gids.pin_length},
          {"puk_length", gids.puk_length},
          {"admin_key", hex(gids.admin_key)},
          {"files", files}};
}

GidsData parse_gids(const Place& place) {
  place.only({"state", "pin_length", "puk_length", "admin_key", "files"});
  GidsData gids;
  gids.state = parse_state(place.at("state"));
  gids.pin_length = parse_length(place.at("pin_length"));
  gids.puk_length = parse_length(place.at("puk_length"));
  gids.admin_key = place.at("admin_key").bytes();
  if (!gids.admin_key.empty() && gids.admin_key.size() != kAdminKeySize)
    place.at("admin_key").fail("has neither 0 nor 24 bytes");
  const auto files = place.at("files");
  for (const auto& [key, value] : files.object().items()) {
    const auto id = static_cast<std::uint16_t>(hex_number(files, key, 4));
    gids.files[id] = parse_file(files.member(key, value), id);
  }
  return gids;
}

}  // namespace smx::vm
