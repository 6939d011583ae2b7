#include "scenarios/agent/windows/net/rdp_negotiation.h"

namespace smx::agent {
namespace {

constexpr std::size_t kPlainSize = 11, kNegotiatedSize = 19;
constexpr std::uint8_t kTpktVersion = 3, kConnectionConfirm = 0xd0;
constexpr std::uint8_t kNegotiationResponse = 2, kNegotiationFailure = 3, kNegotiationSize = 8;

}  // namespace

Bytes rdp_connection_request() {
  return {
      0x03, 0x00, 0x00, 0x13,        // TPKT (RFC 1006): version 3, reserved, 19 bytes in all
      0x0e,                          // X.224: 14 bytes follow
      0xe0,                          // connection request
      0x00, 0x00, 0x00, 0x00, 0x00,  // destination, source, class 0
      0x01, 0x00, 0x08, 0x00,        // RDP_NEG_REQ: type, flags, 8 bytes
      0x03, 0x00, 0x00, 0x00,        // PROTOCOL_SSL | PROTOCOL_HYBRID
  };
}

std::size_t rdp_confirm_size(const Bytes& begin) {
  if (begin.size() < 4 || begin[0] != kTpktVersion || begin[1] != 0 || begin[2] != 0) return 0;
  return begin[3] == kPlainSize || begin[3] == kNegotiatedSize ? begin[3] : 0;
}

std::optional<RdpConfirm> rdp_confirm(const Bytes& bytes) {
  const auto size = rdp_confirm_size(bytes);
  if (size == 0 || bytes.size() != size) return std::nullopt;
  // The length indicator counts what follows it; the class is 0. The references are the server's choice.
  if (bytes[4] != size - 5 || bytes[5] != kConnectionConfirm || bytes[10] != 0) return std::nullopt;
  if (size == kPlainSize) return RdpConfirm{};
  const auto type = bytes[11];
  if (type != kNegotiationResponse && type != kNegotiationFailure) return std::nullopt;
  if (bytes[13] != kNegotiationSize || bytes[14] != 0) return std::nullopt;
  RdpConfirm confirm;
  confirm.kind = type == kNegotiationResponse ? RdpConfirm::Kind::protocol : RdpConfirm::Kind::refused;
  for (std::size_t i = 0; i < 4; ++i) confirm.value |= static_cast<std::uint32_t>(bytes[15 + i]) << 8 * i;
  return confirm;
}

std::string describe(const RdpConfirm& confirm) {
  switch (confirm.kind) {
    case RdpConfirm::Kind::plain: return "it speaks standard RDP security";
    case RdpConfirm::Kind::refused:
      return "it refuses TLS and CredSSP (failure code " + std::to_string(confirm.value) + ")";
    case RdpConfirm::Kind::protocol: break;
  }
  switch (confirm.value) {
    case 0: return "it chooses standard RDP security";
    case 1: return "it chooses TLS";
    case 2: return "it chooses CredSSP";
    default: return "it chooses protocol " + std::to_string(confirm.value);
  }
}

}  // namespace smx::agent
