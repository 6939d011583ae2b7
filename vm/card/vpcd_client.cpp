#include "vm/card/vpcd_client.h"

#include <arpa/inet.h>
#include <fmt/core.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>

#include "harness/core/error.h"
#include "vm/card/fd.h"

namespace smx::vm {
namespace {

enum Control : std::uint8_t { kPowerOff = 0, kPowerOn = 1, kReset = 2, kGetAtr = 4 };

Fd connect_to(const std::string& host, std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  if (::inet_pton(AF_INET, host.c_str(), &address.sin_addr) != 1) {
    throw Error(ErrorKind::usage, fmt::format("\"{}\" is no IPv4 address such as 127.0.0.1", host));
  }
  Fd fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!fd || ::connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    throw Error(ErrorKind::environment,
                fmt::format("no virtual reader listens at {}:{} ({}); is pcscd running with the vpcd driver "
                            "(Debian: vsmartcard-vpcd)?",
                            host, port, std::strerror(errno)));
  }
  const int on = 1;
  ::setsockopt(fd.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return fd;
}

/// False at the end of the connection.
bool read_exactly(int fd, std::uint8_t* to, std::size_t size) {
  while (size != 0) {
    const auto n = ::recv(fd, to, size, 0);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return false;
    to += n;
    size -= static_cast<std::size_t>(n);
    // vpcd writes length and bytes apart: without this its second write waits 44 ms for a delayed ACK.
    const int on = 1;
    ::setsockopt(fd, IPPROTO_TCP, TCP_QUICKACK, &on, sizeof on);
  }
  return true;
}

bool write_frame(int fd, ByteView bytes) {
  Bytes frame{static_cast<std::uint8_t>(bytes.size() >> 8), static_cast<std::uint8_t>(bytes.size() & 0xff)};
  append(frame, bytes);
  for (std::size_t sent = 0; sent < frame.size();) {
    const auto n = ::send(fd, frame.data() + sent, frame.size() - sent, MSG_NOSIGNAL);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return false;
    sent += static_cast<std::size_t>(n);
  }
  return true;
}

/// False when the answer could not be written.
bool serve_frame(CardDevice& card, int fd, ByteView frame) {
  if (frame.empty()) return true;
  if (frame.size() > 1) return write_frame(fd, card.transmit(frame));
  switch (frame[0]) {
    case kPowerOff:
    case kPowerOn:
    case kReset: card.reset(); return true;
    case kGetAtr: return write_frame(fd, card.atr());
    default: return true;  // newer drivers may tell more
  }
}

}  // namespace

void serve_vpcd(CardDevice& card, const std::string& host, std::uint16_t port, const CancelToken& cancel) {
  const InReader place(card);
  const Fd fd = connect_to(host, port);
  card.reset();  // a login from before is no login of this reader's
  const CancelCallback wake(cancel, [&fd] { ::shutdown(fd.get(), SHUT_RDWR); });
  Bytes frame;
  std::uint8_t length[2];
  while (read_exactly(fd.get(), length, sizeof length)) {
    frame.resize(static_cast<std::size_t>(length[0] << 8 | length[1]));
    if (!read_exactly(fd.get(), frame.data(), frame.size()) || !serve_frame(card, fd.get(), frame)) break;
  }
  card.reset();
}

}  // namespace smx::vm
