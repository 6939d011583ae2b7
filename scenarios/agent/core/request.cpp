#include "scenarios/agent/core/request.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace smx::agent {
namespace {

using nlohmann::json;

[[noreturn]] void bad(const std::string& where, const std::string& what) {
  throw BadInput("input " + where + ": " + what);
}

std::string text_at(const json& object, const char* key, const std::string& where, bool needed) {
  const auto found = object.find(key);
  if (found == object.end()) {
    if (needed) bad(where + "/" + key, "missing");
    return {};
  }
  if (!found->is_string()) bad(where + "/" + key, "must be a string");
  return found->get<std::string>();
}

std::int64_t number_at(const json& object, const char* key, const std::string& where, std::int64_t low,
                       std::int64_t high) {
  const auto found = object.find(key);
  if (found == object.end()) bad(where + "/" + key, "missing");
  if (!found->is_number_integer()) bad(where + "/" + key, "must be an integer");
  const auto value = found->get<std::int64_t>();
  if (value < low || value > high)
    bad(where + "/" + key, "must be " + std::to_string(low) + " to " + std::to_string(high));
  return value;
}

const json& object_at(const json& object, const char* key) {
  static const json kNone = json::object();
  const auto found = object.find(key);
  if (found == object.end()) return kNone;
  if (!found->is_object()) bad(std::string("/") + key, "must be an object");
  return *found;
}

bool is_nonce(const std::string& text) {
  return text.size() == 32 && text.find_first_not_of("0123456789abcdef") == std::string::npos;
}

CardApplication parse_application(const std::string& text) {
  if (text.empty() || text == "piv") return CardApplication::piv;
  if (text != "gids") bad("/card/application", "must be \"piv\" or \"gids\"");
  return CardApplication::gids;
}

Service parse_address(const json& value, const std::string& where) {
  if (!value.is_object()) bad(where, "must be an object");
  Service service;
  service.host = text_at(value, "host", where, true);
  service.port = static_cast<int>(number_at(value, "port", where, 1, 65535));
  service.name = text_at(value, "name", where, true);
  return service;
}

Service parse_service(const json& value, const std::string& where) {
  auto service = parse_address(value, where);
  service.ca_pem = text_at(value, "ca_pem", where, true);
  return service;
}

/// A name that is put into configuration files and arguments: nothing in it means anything to them.
std::string plain_at(const json& object, const char* key, const std::string& where) {
  const auto text = text_at(object, key, where, true);
  const auto plain = [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' ||
           c == '.' || c == '_';
  };
  if (text.empty() || text.size() > 255 || text[0] == '-' || text[0] == '.' ||
      !std::all_of(text.begin(), text.end(), plain))
    bad(where + "/" + key, "must be a plain name");
  return text;
}

Lab parse_lab(const json& value) {
  Lab lab;
  lab.kind = text_at(value, "kind", "/lab", false);
  lab.share = text_at(value, "share", "/lab", false);
  lab.realm = plain_at(value, "realm", "/lab");
  lab.domain = plain_at(value, "domain", "/lab");
  lab.user = plain_at(value, "user", "/lab");
  lab.other_user = plain_at(value, "other_user", "/lab");
  lab.ca_pem = text_at(value, "ca_pem", "/lab", true);
  lab.crl_pem = text_at(value, "crl_pem", "/lab", true);
  const auto address = [&](const char* key) {
    const auto where = std::string("/lab/") + key;
    const auto found = value.find(key);
    if (found == value.end()) bad(where, "missing");
    auto service = parse_address(*found, where);
    plain_at(*found, "host", where);
    plain_at(*found, "name", where);
    return service;
  };
  lab.kdc = address("kdc");
  lab.web = address("web");
  return lab;
}

// No exception text of the parser is passed on: it may quote the input, and the input holds secrets.
json parse_object(std::string_view text) {
  if (text.size() > kRequestLimit) bad("", "larger than " + std::to_string(kRequestLimit) + " bytes");
  json root = json::parse(text, nullptr, false);
  if (root.is_discarded()) bad("", "not JSON; write one object as docs/agent-protocol.md says");
  if (!root.is_object()) bad("", "must be a JSON object");
  return root;
}

}  // namespace

const Pin* Request::optional_credential(const std::string& name) const {
  const auto found = credentials.find(name);
  return found == credentials.end() || found->second.empty() ? nullptr : &found->second;
}

const Pin& Request::credential(const std::string& name) const {
  const auto* pin = optional_credential(name);
  if (pin == nullptr) bad("/credentials/" + name, "this scenario needs it");
  return *pin;
}

const Service& Request::service(const std::string& name) const {
  const auto found = services.find(name);
  if (found == services.end()) bad("/services/" + name, "this scenario needs it");
  return found->second;
}

const Lab& Request::lab() const {
  if (!lab_given) bad("/lab", "this scenario needs it");
  return *lab_given;
}

Request parse_request(std::string_view text) {
  const json root = parse_object(text);
  if (number_at(root, "format", "", 0, 1 << 20) != 1) bad("/format", "this agent speaks format 1 only");
  Request request;
  request.nonce = text_at(root, "nonce", "", true);
  if (!is_nonce(request.nonce)) bad("/nonce", "must be 32 lower-case hex digits");
  if (root.contains("phase")) request.phase = text_at(root, "phase", "", true);
  if (root.contains("time_limit_ms"))
    request.time_limit = std::chrono::milliseconds(number_at(root, "time_limit_ms", "", 1, 3600000));
  for (const auto& [name, value] : object_at(root, "credentials").items()) {
    if (!value.is_string()) bad("/credentials/" + name, "must be a string");
    request.credentials.emplace(name, Pin(value.get<std::string>()));
  }
  const auto& card = object_at(root, "card");
  request.application = parse_application(text_at(card, "application", "/card", false));
  request.certificate_pem = text_at(card, "certificate_pem", "/card", false);
  const auto atr = unhex(text_at(card, "atr", "/card", false));
  if (!atr) bad("/card/atr", "must be hex digits");
  request.atr = *atr;
  if (const auto may_block = card.find("may_block"); may_block != card.end()) {
    if (!may_block->is_boolean()) bad("/card/may_block", "must be true or false");
    request.may_block = may_block->get<bool>();
  }
  for (const auto& [name, value] : object_at(root, "services").items())
    request.services.emplace(name, parse_service(value, "/services/" + name));
  if (const auto& lab = object_at(root, "lab"); !lab.empty()) request.lab_given = parse_lab(lab);
  return request;
}

}  // namespace smx::agent
