#include "vm/card/transport/vpcd_client.h"

#include <arpa/inet.h>
#include <fmt/core.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>

#include "harness/core/error.h"
#include "harness/core/unique_fd.h"
#include "vm/card/transport/vpcd_session.h"

namespace smx::vm {
namespace {

UniqueFd connect_to(const std::string& host, std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  if (::inet_pton(AF_INET, host.c_str(), &address.sin_addr) != 1) {
    throw Error(ErrorKind::usage, fmt::format("\"{}\" is not an IPv4 address such as 127.0.0.1", host));
  }
  UniqueFd fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
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

bool write_all(int fd, ByteView bytes) {
  while (!bytes.empty()) {
    const auto n = ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return false;
    bytes = bytes.subspan(static_cast<std::size_t>(n));
  }
  return true;
}

}  // namespace

void serve_vpcd(CardDevice& card, const std::string& host, std::uint16_t port, const CancelToken& cancel) {
  const InReader place(card);
  const UniqueFd fd = connect_to(host, port);
  card.reset();  // an earlier login is not a login of this reader
  const CancelCallback wake(cancel, [&] {
    card.abandon();
    ::shutdown(fd.get(), SHUT_RDWR);
  });
  VpcdSession session(card);
  std::uint8_t buffer[4096];
  for (;;) {
    const auto n = ::recv(fd.get(), buffer, sizeof buffer, 0);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) break;
    // vpcd writes length and bytes apart: without this its second write waits 44 ms for a delayed ACK.
    const int on = 1;
    ::setsockopt(fd.get(), IPPROTO_TCP, TCP_QUICKACK, &on, sizeof on);
    if (!write_all(fd.get(), session.receive({buffer, static_cast<std::size_t>(n)}))) break;
  }
  card.reset();
}

}  // namespace smx::vm
