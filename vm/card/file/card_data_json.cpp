#include "vm/card/file/card_data_json.h"

#include <fmt/core.h>

#include <nlohmann/json.hpp>

#include "harness/core/error.h"
#include "vm/card/device/card_contents.h"
#include "vm/card/file/card_place.h"
#include "vm/card/file/gids_data_json.h"

namespace smx::vm {
namespace {

using Json = nlohmann::json;

constexpr std::string_view kFormat = "safemode-matrix-card";

Json to_json(const Verifier& v) {
  return {{"salt", hex(v.salt)}, {"hash", hex(v.hash)}, {"iterations", v.iterations}};
}

Json to_json(const ReferenceData& r) {
  return {{"current", to_json(r.current)},
          {"initial", to_json(r.initial)},
          {"is_initial", r.is_initial},
          {"max_tries", r.max_tries},
          {"tries_left", r.tries_left}};
}

Verifier verifier(const Place& place) {
  place.only({"salt", "hash", "iterations"});
  return {place.at("salt").bytes(16), place.at("hash").bytes(32),
          static_cast<unsigned>(place.at("iterations").number(1, 1'000'000))};
}

ReferenceData reference_data(const Place& place) {
  place.only({"current", "initial", "is_initial", "max_tries", "tries_left"});
  const int most = place.at("max_tries").number(1, 15);
  return {verifier(place.at("current")), verifier(place.at("initial")), place.at("is_initial").boolean(),
          most, place.at("tries_left").number(0, most)};
}

/// The member names of a map are numbers in hex: "9a", "5fc102".
std::uint32_t hex_key(const Place& place, const std::string& key, std::size_t most_digits) {
  const auto bytes = parse_hex(key);
  if (!bytes || bytes->empty() || key.size() > most_digits)
    place.fail(fmt::format("\"{}\" is not a hex number", key));
  std::uint32_t value = 0;
  for (auto b : *bytes) value = value << 8 | b;
  return value;
}

void read_keys(const Place& place, CardData& data) {
  for (const auto& [key, value] : place.object().items()) {
    auto der = place.member(key, value).bytes();
    const auto pair = KeyPair::from_pkcs8(der);
    wipe(der);
    if (!pair) place.fail(fmt::format("\"{}\" is not an RSA 2048, P-256 or P-384 key in PKCS#8", key));
    data.keys.emplace(static_cast<std::uint8_t>(hex_key(place, key, 2)), *pair);
  }
}

Json to_json(const ManagementKey& key) {
  return {{"algorithm", name(key.algorithm)}, {"key", hex(as_bytes(key.key.reveal()))}};
}

ManagementKey management_key(const Place& place) {
  place.only({"algorithm", "key"});
  const auto algorithm = parse_management_algorithm(place.at("algorithm").text());
  if (!algorithm) place.at("algorithm").fail("is not one of \"3des\", \"aes128\", \"aes192\" and \"aes256\"");
  auto bytes = place.at("key").bytes(key_size(*algorithm));
  ManagementKey key{*algorithm, Secret(std::string(as_text(bytes)))};
  wipe(bytes);
  return key;
}

/// Version 1 kept the certificate of key 9A apart from the objects.
void read_certificates_of_version_1(const Place& certificates, CardData& data) {
  for (const auto& [key, value] : certificates.object().items()) {
    if (hex_key(certificates, key, 2) == kKeyAuthentication)
      set_authentication_certificate(data, certificates.member(key, value).bytes());
  }
}

void read_contents(const Place& card, CardData& data) {
  read_keys(card.at("keys"), data);
  const auto objects = card.at("objects");
  for (const auto& [key, value] : objects.object().items()) {
    data.objects[hex_key(objects, key, 6)] = objects.member(key, value).bytes();
  }
  data.issuer_certificate = card.at("issuer_certificate").bytes();
}

Json parse_text(std::string_view text, const std::string& origin) {
  const auto fail = [&](const std::string& why) -> Json {
    throw Error(
        ErrorKind::usage,
        fmt::format("{}: is not a card file: {}; make one with `safemode-matrix card create`", origin, why));
  };
  try {
    return Json::parse(text);
  } catch (const Json::parse_error& e) {
    return fail(fmt::format("no JSON at byte {}", e.byte));
  } catch (const Json::out_of_range&) {  // not a parse_error: a number such as 1e999
    return fail("a number is too large");
  }
}

}  // namespace

std::string format_card(const CardData& data) {
  Json keys = Json::object(), objects = Json::object();
  for (const auto& [reference, key] : data.keys) {
    auto der = key.pkcs8();
    keys[fmt::format("{:02x}", reference)] = hex(der);
    wipe(der);
  }
  for (const auto& [tag, value] : data.objects) objects[fmt::format("{:06x}", tag)] = hex(value);
  Json card{{"format", kFormat},
            {"version", kCardFileVersion},
            {"application", data.application},
            {"atr", hex(data.atr)},
            {"pin", to_json(data.pin)},
            {"puk", to_json(data.puk)},
            {"keys", keys},
            {"issuer_certificate", hex(data.issuer_certificate)},
            {"objects", objects}};
  if (data.application == "gids") card["gids"] = gids_json(data.gids);
  if (data.management_key) card["management_key"] = to_json(*data.management_key);
  return card.dump(2) + "\n";
}

CardData parse_card(std::string_view text, const std::string& origin) {
  const Json json = parse_text(text, origin);
  const Place card(json, "", origin);
  if (card.at("format").text() != kFormat) card.at("format").fail(fmt::format("is not \"{}\"", kFormat));
  const int version = card.at("version").number(1, kCardFileVersion);
  if (version == 1)
    card.only({"format", "version", "application", "atr", "pin", "puk", "keys", "certificates",
               "issuer_certificate", "objects"});
  else
    card.only({"format", "version", "application", "atr", "pin", "puk", "management_key", "keys",
               "issuer_certificate", "objects", "gids"});
  CardData data;
  data.application = card.at("application").text();
  const bool gids = data.application == "gids";
  if (!gids && data.application != "piv")
    card.at("application").fail("is neither \"piv\" nor \"gids\", the applications this version has");
  if (gids)
    data.gids = parse_gids(card.at("gids"));
  else if (json.contains("gids"))
    card.at("gids").fail("belongs to a card whose application is \"gids\"");
  data.atr = card.at("atr").bytes();
  if (data.atr.size() < 2 || data.atr.size() > 33) card.at("atr").fail("has not 2 to 33 bytes");
  data.pin = reference_data(card.at("pin"));
  data.puk = reference_data(card.at("puk"));
  if (card.object().contains("management_key"))
    data.management_key = management_key(card.at("management_key"));
  read_contents(card, data);
  if (version == 1) read_certificates_of_version_1(card.at("certificates"), data);
  return data;
}

}  // namespace smx::vm
