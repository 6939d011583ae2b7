#include <fmt/format.h>

#include <algorithm>
#include <regex>

#include "harness/core/error.h"
#include "harness/core/text.h"
#include "harness/spec/fields.h"
#include "harness/spec/lab_files.h"
#include "harness/spec/matrix_parts.h"

// The domain that a matrix names (docs/lab.md).

namespace smx::spec {
namespace {

constexpr int kKerberosPort = 88, kHttpPort = 80;

/// A name that guests put into configuration files and arguments, and the agent takes no other: letters,
/// digits, `-`, `.` and `_`, at most 255.
bool is_plain(std::string_view text) {
  const auto letter = [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
  };
  return !text.empty() && text.size() <= 255 && letter(text[0]) &&
         std::all_of(text.begin(), text.end(), [&](char c) { return letter(c) || c == '.' || c == '-'; });
}

/// `noun`: "user". "" after a complaint.
std::string read_plain(Fields& fields, std::string_view key, std::string_view noun) {
  const auto value = fields.required(key);
  const auto text = value ? read_text(*value) : std::nullopt;
  if (!text || is_plain(*text)) return text.value_or("");
  const auto at = std::min(text->find('@'), text->find(':'));
  const auto before = text->substr(0, at);
  value->complain(
      fmt::format("{} is no {} name; use letters, digits, \"-\", \".\" and \"_\"{}", quote(*text), noun,
                  at != text->npos && is_plain(before) ? "; did you mean " + quote(before) + "?" : ""));
  return "";
}

/// Kerberos compares realms letter by letter, and a domain's is its DNS name in upper case; clients look a
/// host's domain up in lower case.
std::string read_cased(Fields& fields, std::string_view key, std::string_view noun, std::string_view letters,
                       std::string (*cased)(std::string_view)) {
  const auto text = read_plain(fields, key, noun);
  const auto right = cased(text);
  if (text != right)
    fields.value().member(key)->complain(
        fmt::format("{} is no {} name, whose letters are {}; did you mean {}?", quote(text), noun, letters,
                    quote(right)));
  return text;
}

std::string in_upper_case(std::string_view text) {
  std::string all(text);
  for (auto& c : all)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  return all;
}

LabAddress read_address(Fields& lab, std::string_view key, std::string noun, int port) {
  const auto value = lab.required(key);
  if (!value) return {};
  Fields fields(*value, std::move(noun));
  LabAddress address;
  address.host = read_plain(fields, "host", "host");
  address.port = static_cast<int>(fields.integer("port", port, 1, 65535));
  address.name = read_plain(fields, "name", "host");
  fields.finish();
  return address;
}

/// A PEM file beside the matrix, which is read here only to see that it can be.
std::string read_pem_path(const std::optional<Value>& value, const Context& context, std::string_view what,
                          std::string (*read)(const std::filesystem::path&)) {
  const auto before = context.problems.size();
  auto path = read_path(value, context, what);
  if (path.empty() || context.problems.size() != before) return path;
  try {
    read(path);
  } catch (const Error& error) {
    value->complain(error.what());
  }
  return path;
}

std::string read_share(const Value& value) {
  const auto text = read_text(value, 1000).value_or("");
  static const std::regex unc(R"(\\\\[A-Za-z0-9_][A-Za-z0-9._-]*(\\[^\\/:*?"<>|\n\t]+)+)");
  if (value.kind() == Kind::text && !std::regex_match(text, unc))
    value.complain(fmt::format(
        R"({} is no share; write "\\\\server\\share": two backslashes before the server and one behind it, )"
        "each written twice in JSON",
        quote(text)));
  return text;
}

void read_join(const Value& value, Lab& lab, const Context& context) {
  Fields fields(value, "an account that joins machines");
  lab.join_user = read_plain(fields, "user", "user");
  lab.join_password = read_secret_reference(fields.required("password"), context);
  fields.finish();
}

Lab read_domain(Fields& fields, const Context& context) {
  Lab lab;
  auto& domain = lab.domain;
  domain.kind = LabKind::external;
  domain.realm = read_cased(fields, "realm", "realm", "capitals", in_upper_case);
  domain.domain = read_cased(fields, "domain", "domain", "small", lower);
  domain.user = read_plain(fields, "user", "user");
  domain.other_user = read_plain(fields, "other_user", "user");
  if (!domain.user.empty() && lower(domain.user) == lower(domain.other_user))
    fields.value()
        .member("other_user")
        ->complain("this is the card's holder too; name another account, one that may do nothing");
  lab.ca = read_pem_path(fields.required("ca"), context, "authority's file", read_authority);
  lab.crl = read_pem_path(fields.optional("crl"), context, "revocation list", read_revocation_lists);
  domain.kdc = read_address(fields, "kdc", "a KDC's address", kKerberosPort);
  domain.web = read_address(fields, "web", "a web server's address", kHttpPort);
  if (const auto share = fields.optional("share")) domain.share = read_share(*share);
  if (const auto join = fields.optional("join")) read_join(*join, lab, context);
  return lab;
}

}  // namespace

void read_lab(Fields& matrix, Lab& lab, const Context& context) {
  const auto value = matrix.optional("lab");
  if (!value) return;
  Fields fields(*value, "a lab");
  const auto kind = fields.required("kind");
  const auto word = kind ? read_word(*kind, "kind of lab", spellings({LabKind::loopback, LabKind::external}))
                         : std::nullopt;
  if (!word) return;  // which other keys there may be is not known
  if (*word == name(LabKind::external)) {
    lab = read_domain(fields, context);
    return fields.finish();
  }
  // The run makes this lab itself: whoever describes one means another.
  for (const auto& child : value->children())
    if (child.node().key != "kind")
      child.complain_at_key(
          fmt::format("a loopback lab is made by the run and has no {}; an existing domain "
                      "is described by \"kind\": \"external\"",
                      quote(child.node().key)));
}

}  // namespace smx::spec
