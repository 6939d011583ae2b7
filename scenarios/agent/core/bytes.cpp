#include "scenarios/agent/core/bytes.h"

#include <algorithm>
#include <iterator>

namespace smx::agent {
namespace {

constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

int digit_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

Bytes to_bytes(std::string_view text) {
  return Bytes(text.begin(), text.end());
}

std::string to_text(const Bytes& bytes) {
  return std::string(bytes.begin(), bytes.end());
}

std::string hex(const Bytes& bytes) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  text.reserve(bytes.size() * 2);
  for (const auto byte : bytes) {
    text.push_back(kDigits[byte >> 4]);
    text.push_back(kDigits[byte & 0x0f]);
  }
  return text;
}

// The same as parse_hex in harness/core/bytes.cpp: the agent stands alone and uses nothing of the harness.
std::optional<Bytes> unhex(std::string_view text) {
  if (text.size() % 2 != 0) return std::nullopt;
  Bytes bytes;
  bytes.reserve(text.size() / 2);
  for (std::size_t i = 0; i < text.size(); i += 2) {
    const int high = digit_value(text[i]);
    const int low = digit_value(text[i + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    bytes.push_back(static_cast<std::uint8_t>(high * 16 + low));
  }
  return bytes;
}

std::string base64(const Bytes& bytes) {
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const std::size_t there = bytes.size() - i;
    const std::uint32_t group = static_cast<std::uint32_t>(bytes[i]) << 16 |
                                (there > 1 ? static_cast<std::uint32_t>(bytes[i + 1]) << 8 : 0u) |
                                (there > 2 ? static_cast<std::uint32_t>(bytes[i + 2]) : 0u);
    text.push_back(kAlphabet[group >> 18 & 63]);
    text.push_back(kAlphabet[group >> 12 & 63]);
    text.push_back(there > 1 ? kAlphabet[group >> 6 & 63] : '=');
    text.push_back(there > 2 ? kAlphabet[group & 63] : '=');
  }
  return text;
}

std::string certificate_pem(const Bytes& der) {
  static constexpr std::size_t kLine = 64;
  const std::string body = base64(der);
  std::string pem = "-----BEGIN CERTIFICATE-----\n";
  for (std::size_t at = 0; at < body.size(); at += kLine) pem += body.substr(at, kLine) + "\n";
  return pem + "-----END CERTIFICATE-----\n";
}

Bytes der_of_pem(std::string_view pem) {
  const auto begin = pem.find("-----\n"), end = pem.find("-----END ");
  if (!pem.starts_with("-----BEGIN ") || end == std::string_view::npos || begin >= end) return {};
  Bytes bytes;
  std::uint32_t bits = 0;
  int count = 0;
  for (const char c : pem.substr(begin + 6, end - begin - 6)) {
    const auto digit = kAlphabet.find(c);
    if (digit == std::string_view::npos) {
      if (c == '\n' || c == '\r' || c == '=') continue;
      return {};
    }
    bits = bits << 6 | static_cast<std::uint32_t>(digit);
    count += 6;
    if (count < 8) continue;
    count -= 8;
    bytes.push_back(static_cast<std::uint8_t>(bits >> count & 0xff));
  }
  return bytes;
}

bool has_curve_key(const Bytes& certificate) {
  // 1.2.840.10045.2.1 stands in the certificate's key and nowhere else; an authority's own signature has
  // other identifiers.
  static constexpr std::uint8_t kEcPublicKey[] = {0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01};
  return std::search(certificate.begin(), certificate.end(), std::begin(kEcPublicKey),
                     std::end(kEcPublicKey)) != certificate.end();
}

}  // namespace smx::agent
