#include "harness/core/secret.h"

#include <openssl/crypto.h>
#include <openssl/rand.h>

#include <utility>

#include "harness/core/error.h"

namespace smx {

Secret::Secret(std::string value) : value_(std::move(value)) {}

// A moved-from short string keeps its characters in place, so it is wiped by hand.
Secret::Secret(Secret&& other) noexcept : value_(other.value_) {
  OPENSSL_cleanse(other.value_.data(), other.value_.size());
  other.value_.clear();
}

Secret& Secret::operator=(Secret&& other) noexcept {
  if (this != &other) {
    OPENSSL_cleanse(value_.data(), value_.size());
    value_ = other.value_;
    OPENSSL_cleanse(other.value_.data(), other.value_.size());
    other.value_.clear();
  }
  return *this;
}

Secret::~Secret() {
  OPENSSL_cleanse(value_.data(), value_.size());
}

Secret random_digits(std::size_t count) {
  std::string digits;
  digits.reserve(count);
  while (digits.size() < count) {
    unsigned char byte = 0;
    if (RAND_bytes(&byte, 1) != 1)
      throw Error(ErrorKind::environment,
                  "the system's random source does not answer; is /dev/urandom there?");
    // 250 is the largest multiple of ten that fits: above it the digits would not be equally likely.
    if (byte < 250) digits.push_back(static_cast<char>('0' + byte % 10));
  }
  return Secret(std::move(digits));
}

std::string redact(std::string text, const std::vector<Secret>& secrets) {
  static constexpr std::string_view kMask = "[secret]";
  for (const auto& secret : secrets) {
    const auto value = secret.reveal();
    if (value.size() < 4) continue;
    for (auto at = text.find(value); at != std::string::npos; at = text.find(value, at + kMask.size()))
      text.replace(at, value.size(), kMask);
  }
  return text;
}

}  // namespace smx
