#include "scenarios/agent/card/authentication_key.h"

#include <algorithm>
#include <stdexcept>

#include "scenarios/agent/card/gids_client.h"
#include "scenarios/agent/card/piv_client.h"

namespace smx::agent {
namespace {

constexpr std::size_t kRsa2048 = 256;

/// 1.3.132.0.34 (RFC 5480, 2.1.1.1).
bool is_p384(const Bytes& certificate) {
  static constexpr std::uint8_t kCurve[] = {0x06, 0x05, 0x2b, 0x81, 0x04, 0x00, 0x22};
  return std::search(certificate.begin(), certificate.end(), std::begin(kCurve), std::end(kCurve)) !=
         certificate.end();
}

class PivKey : public AuthenticationKey {
 public:
  explicit PivKey(Transmitter& card) : piv_(card) {}

  void select_afresh() override { agent::select_afresh(piv_); }
  Bytes stored_certificate() override { return piv_.certificate(); }
  StatusWord verify(const Pin& pin) override { return piv_.verify(pin); }
  Bytes sign(const Bytes& digest, const Bytes& certificate) override {
    constexpr std::uint8_t kKey = 0x9a, kRsa = 0x07, kP256 = 0x11, kP384 = 0x14;  // SP 800-78-4, table 6-2
    if (has_curve_key(certificate)) return piv_.sign(is_p384(certificate) ? kP384 : kP256, kKey, digest);
    return piv_.sign(kRsa, kKey, pkcs1_padded(sha256_digest_info(digest), kRsa2048));
  }

 private:
  PivClient piv_;
};

class GidsKey : public AuthenticationKey {
 public:
  explicit GidsKey(Transmitter& card) : gids_(card) {}

  void select_afresh() override { agent::select_afresh(gids_); }
  Bytes stored_certificate() override { return gids_.stored_certificate(); }
  StatusWord verify(const Pin& pin) override { return gids_.verify(pin); }
  Bytes sign(const Bytes& digest, const Bytes&) override { return gids_.sign(sha256_digest_info(digest)); }

 private:
  GidsClient gids_;
};

}  // namespace

std::unique_ptr<AuthenticationKey> open_authentication_key(Transmitter& card, CardApplication application) {
  if (application == CardApplication::gids) return std::make_unique<GidsKey>(card);
  return std::make_unique<PivKey>(card);
}

Bytes sha256_digest_info(const Bytes& digest) {
  Bytes info{0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01,
             0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00, 0x04, 0x20};
  info.insert(info.end(), digest.begin(), digest.end());
  return info;
}

Bytes pkcs1_padded(const Bytes& digest_info, std::size_t size) {
  constexpr std::size_t kOverhead = 11;  // 00 01, eight FF at least, 00
  if (digest_info.size() + kOverhead > size) throw std::invalid_argument("the key is too short to sign this");
  Bytes block(size, 0xff);
  block[0] = 0x00;
  block[1] = 0x01;
  const auto at = static_cast<std::ptrdiff_t>(size - digest_info.size());
  block[size - digest_info.size() - 1] = 0x00;
  std::copy(digest_info.begin(), digest_info.end(), block.begin() + at);
  return block;
}

}  // namespace smx::agent
