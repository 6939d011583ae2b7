#include "harness/signing/token_uri.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <set>
#include <string_view>
#include <vector>

#include "harness/core/error.h"

namespace smx::signing {
namespace {

constexpr std::string_view kScheme = "pkcs11:";

[[noreturn]] void refuse_uri(const std::string& uri, const std::string& why) {
  throw Error(ErrorKind::usage, fmt::format("\"{}\" does not name a token's certificate: {}", uri, why));
}

int hex_digit(char c) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  const auto at = kDigits.find(static_cast<char>(c >= 'A' && c <= 'F' ? c - 'A' + 'a' : c));
  return at == kDigits.npos ? -1 : static_cast<int>(at);
}

/// RFC 3986's percent-encoding.
std::optional<std::string> decoded(std::string_view text) {
  std::string bytes;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      bytes.push_back(text[i]);
      continue;
    }
    const int high = i + 2 < text.size() ? hex_digit(text[i + 1]) : -1;
    const int low = i + 2 < text.size() ? hex_digit(text[i + 2]) : -1;
    if (high < 0 || low < 0) return std::nullopt;
    bytes.push_back(static_cast<char>(high * 16 + low));
    i += 2;
  }
  return bytes;
}

std::string encoded(std::string_view bytes, bool all) {
  std::string text;
  for (const char c : bytes) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       std::string_view("-._~").find(c) != std::string_view::npos;
    if (plain && !all)
      text += c;
    else
      text += fmt::format("%{:02X}", static_cast<unsigned>(static_cast<unsigned char>(c)));
  }
  return text;
}

std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> parts;
  while (!text.empty()) {
    const auto end = std::min(text.find(separator), text.size());
    parts.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return parts;
}

class Reader {
 public:
  explicit Reader(const std::string& uri) : uri_(uri) {}

  TokenUri read() {
    const auto rest = std::string_view(uri_).substr(kScheme.size());
    const auto question = std::min(rest.find('?'), rest.size());
    for (const auto& attribute : split(rest.substr(0, question), ';')) take(attribute, false);
    if (question < rest.size())
      for (const auto& attribute : split(rest.substr(question + 1), '&')) take(attribute, true);
    return found_;
  }

 private:
  void take(const std::string& attribute, bool query) {
    const auto equals = attribute.find('=');
    const auto name = attribute.substr(0, equals);
    // Of a PIN not even the URI is repeated.
    if (name == "pin-value")
      throw Error(
          ErrorKind::usage,
          "the URI of --signer has a PIN in it, which every user of this host can read; give it as --pin "
          "env:VARIABLE or file:PATH, or be asked");
    const auto value = equals == attribute.npos ? std::nullopt : decoded(attribute.substr(equals + 1));
    if (!value || value->empty()) refuse_uri(uri_, fmt::format("\"{}\" is not NAME=VALUE", attribute));
    if (!seen_.insert(name).second) refuse_uri(uri_, fmt::format("\"{}\" is there twice", name));
    if (!query && name == "type" && (*value == "cert" || *value == "private")) return;
    auto* field = query ? query_field(name) : path_field(name);
    if (field == nullptr)
      refuse_uri(
          uri_,
          fmt::format("\"{}\" is not known; there are token, serial, id and object, and ?module-path", name));
    *field = *value;
  }

  std::string* path_field(const std::string& name) {
    if (name == "token") return &found_.token;
    if (name == "serial") return &found_.serial;
    if (name == "id") return &found_.id;
    return name == "object" ? &found_.object : nullptr;
  }
  std::string* query_field(const std::string& name) {
    return name == "module-path" ? &found_.module_path : nullptr;
  }

  const std::string& uri_;
  TokenUri found_;
  std::set<std::string> seen_;
};

}  // namespace

bool is_token_uri(const std::string& text) {
  return text.starts_with(kScheme);
}

TokenUri parse_token_uri(const std::string& text) {
  if (!is_token_uri(text)) refuse_uri(text, "it does not begin with pkcs11:");
  return Reader(text).read();
}

std::string to_string(const TokenUri& uri) {
  std::string text;
  const auto add = [&](const char* name, const std::string& value, bool all) {
    if (!value.empty()) text += fmt::format("{}{}={}", text.empty() ? "" : ";", name, encoded(value, all));
  };
  add("token", uri.token, false);
  add("serial", uri.serial, false);
  add("id", uri.id, true);
  add("object", uri.object, false);
  return std::string(kScheme) + text;
}

}  // namespace smx::signing
