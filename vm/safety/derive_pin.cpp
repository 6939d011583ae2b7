#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>

#include "harness/core/error.h"
#include "vm/safety/pin_ledger.h"

namespace smx::vm {
namespace {

constexpr std::string_view kPurpose = "safemode-matrix PIN";

Bytes hmac(const Secret& key, ByteView message) {
  Bytes digest(32);
  unsigned size = 0;
  const auto text = key.reveal();
  if (::HMAC(EVP_sha256(), text.data(), static_cast<int>(text.size()), message.data(), message.size(),
             digest.data(), &size) == nullptr ||
      size != digest.size())
    throw Error(ErrorKind::internal, "OpenSSL offers no HMAC-SHA-256");
  return digest;
}

}  // namespace

Secret derive_pin(const Secret& original, ByteView salt) {
  const auto length = original.reveal().size();
  for (std::uint8_t round = 0;; ++round) {
    Bytes message(kPurpose.begin(), kPurpose.end());
    append(message, salt);
    message.push_back(round);
    auto digest = hmac(original, message);
    std::string digits;
    // Of 256 values the first 250 give each digit equally often.
    for (auto byte : digest)
      if (byte < 250 && digits.size() < length) digits.push_back(static_cast<char>('0' + byte % 10));
    wipe(digest);
    const bool good = digits.size() == length && digits != original.reveal();
    Secret derived(std::move(digits));
    if (good) return derived;
    if (round == 255) throw Error(ErrorKind::internal, "no other PIN can be made of this one");
  }
}

}  // namespace smx::vm
