#include "harness/core/lab_description.h"

#include <nlohmann/json.hpp>

namespace smx {
namespace {

nlohmann::json address(const LabAddress& a) {
  return {{"host", a.host}, {"port", a.port}, {"name", a.name}};
}

}  // namespace

nlohmann::json to_json(const LabDescription& lab) {
  return {{"kind", name(lab.kind)}, {"realm", lab.realm},           {"domain", lab.domain},
          {"user", lab.user},       {"other_user", lab.other_user}, {"ca_pem", lab.ca_pem},
          {"crl_pem", lab.crl_pem}, {"kdc", address(lab.kdc)},      {"web", address(lab.web)},
          {"share", lab.share}};
}

std::string label(const LabDescription& lab) {
  const std::string kind(name(lab.kind));
  return lab.kind == LabKind::loopback ? kind : kind + " " + lab.realm;
}

}  // namespace smx
