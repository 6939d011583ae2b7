#include "vm/card/memory/reference_data.h"

#include <openssl/evp.h>

#include <algorithm>

#include "harness/core/error.h"

namespace smx::vm {
namespace {

Bytes slow_hash(ByteView value, ByteView salt, unsigned iterations) {
  Bytes hash(32);
  const auto text = as_text(value);
  if (PKCS5_PBKDF2_HMAC(text.data(), static_cast<int>(text.size()), salt.data(),
                        static_cast<int>(salt.size()), static_cast<int>(iterations), EVP_sha256(),
                        static_cast<int>(hash.size()), hash.data()) != 1) {
    throw Error(ErrorKind::internal, "OpenSSL could not hash a PIN");
  }
  return hash;
}

}  // namespace

Verifier make_verifier(ByteView value, unsigned iterations) {
  Verifier verifier{random_bytes(16), {}, iterations};
  verifier.hash = slow_hash(value, verifier.salt, iterations);
  return verifier;
}

bool matches(const Verifier& verifier, ByteView value) {
  return equal_in_constant_time(slow_hash(value, verifier.salt, verifier.iterations), verifier.hash);
}

ReferenceData make_reference_data(ByteView value, int max_tries, unsigned iterations) {
  const auto verifier = make_verifier(value, iterations);
  return {verifier, verifier, true, max_tries, max_tries};
}

Bytes pad_reference(std::string_view value) {
  if (value.empty() || value.size() > 8) {
    throw Error(ErrorKind::usage, "a PIN or PUK of a PIV card has 6 to 8 digits (PUK: 1 to 8 characters)");
  }
  Bytes padded(8, 0xff);
  std::ranges::copy(as_bytes(value), padded.begin());
  return padded;
}

bool is_padded_pin(ByteView bytes) {
  if (bytes.size() != 8) return false;
  const auto is_digit = [](std::uint8_t b) { return b >= '0' && b <= '9'; };
  const auto end = std::find_if_not(bytes.begin(), bytes.end(), is_digit);
  return end - bytes.begin() >= 6 && std::all_of(end, bytes.end(), [](std::uint8_t b) { return b == 0xff; });
}

}  // namespace smx::vm
