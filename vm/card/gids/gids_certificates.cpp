#include "vm/card/gids/gids_certificates.h"

#include <zlib.h>

#include "harness/core/error.h"
#include "vm/card/iso7816/tlv.h"

namespace smx::vm::gids {
namespace {

/// Certificates and nothing signed: SEQUENCE {version 1, no digests, content "data" without any, [0]
/// certificates, no signers}.
Bytes degenerate_signed_data(ByteView certificate) {
  static const Bytes kData = parse_hex("06092a864886f70d010701").value();
  Bytes content;
  append_tlv(content, 0x02, Bytes{1});
  append_tlv(content, 0x31, {});
  append_tlv(content, 0x30, kData);
  append_tlv(content, 0xa0, certificate);
  append_tlv(content, 0x31, {});
  return make_tlv(0x30, content);
}

}  // namespace

Bytes compressed(ByteView certificate) {
  if (certificate.size() > 0xffff)
    throw Error(ErrorKind::internal, "a certificate of more than 65535 bytes fits no card");
  auto size = compressBound(certificate.size());
  Bytes packed(size);
  if (compress(packed.data(), &size, certificate.data(), certificate.size()) != Z_OK)
    throw Error(ErrorKind::internal, "zlib could not compress a certificate");
  packed.resize(size);
  const auto length = certificate.size();
  Bytes file{0x01, 0x00, static_cast<std::uint8_t>(length & 0xff), static_cast<std::uint8_t>(length >> 8)};
  append(file, packed);
  return file;
}

std::optional<Bytes> decompressed(ByteView file) {
  if (file.size() < 5 || file[0] != 0x01 || file[1] != 0x00) return std::nullopt;
  Bytes certificate(static_cast<std::size_t>(file[2] | file[3] << 8));
  uLongf size = certificate.size();
  const auto packed = file.subspan(4);
  if (certificate.empty() || uncompress(certificate.data(), &size, packed.data(), packed.size()) != Z_OK ||
      size != certificate.size())
    return std::nullopt;
  return certificate;
}

Bytes roots(ByteView certificate) {
  static const Bytes kSignedData = parse_hex("06092a864886f70d010702").value();
  Bytes content = kSignedData;
  append_tlv(content, 0xa0, degenerate_signed_data(certificate));
  return make_tlv(0x30, content);
}

}  // namespace smx::vm::gids
