#include "scenarios/agent/windows/net/tcp.h"

#include <algorithm>
#include <memory>

#include "scenarios/agent/core/reporter.h"
#include "scenarios/agent/windows/win32/system.h"
#include "scenarios/agent/windows/win32/system_error.h"
// after winsock2.h
#include <ws2tcpip.h>

namespace smx::agent {
namespace {

constexpr int kReceiveChunk = 16384;

/// Winsock, for as long as the program runs.
void start_winsock() {
  static const int error = [] {
    WSADATA data{};
    return WSAStartup(MAKEWORD(2, 2), &data);
  }();
  if (error != 0) throw_trouble("starting Winsock", static_cast<std::uint32_t>(error));
}

[[noreturn]] void unreachable(const std::string& place, int error) {
  const bool no_way = error == WSAENETUNREACH || error == WSAEHOSTUNREACH || error == WSAENETDOWN;
  throw StepFailure(CheckOutcome::failed, no_way ? "no-network" : "no-server",
                    "connecting to " + place + ": " + error_text(static_cast<std::uint32_t>(error)));
}

timeval time_left(const Deadline& deadline) {
  const auto left = deadline.remaining().count();
  return {static_cast<long>(left / 1000), static_cast<long>(left % 1000 * 1000)};
}

/// 0, or Winsock's error, WSAETIMEDOUT at the deadline.
int connect_within(SOCKET socket, const addrinfo& address, const Deadline& deadline) {
  if (connect(socket, address.ai_addr, static_cast<int>(address.ai_addrlen)) == 0) return 0;
  if (WSAGetLastError() != WSAEWOULDBLOCK) return WSAGetLastError();
  fd_set done{1, {socket}}, refused{1, {socket}};
  auto left = time_left(deadline);
  if (select(0, nullptr, &done, &refused, &left) <= 0) return WSAETIMEDOUT;
  int error = 0, size = sizeof error;
  getsockopt(socket, SOL_SOCKET, SO_ERROR, reinterpret_cast<char*>(&error), &size);
  return error;
}

}  // namespace

TcpConnection::TcpConnection(const std::string& host, int port, const Deadline& deadline)
    : socket_(INVALID_SOCKET), deadline_(deadline) {
  start_winsock();
  const auto place = host + ":" + std::to_string(port);
  addrinfo wanted{};
  wanted.ai_family = AF_UNSPEC;
  wanted.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  const int resolved = getaddrinfo(host.c_str(), std::to_string(port).c_str(), &wanted, &found);
  if (resolved != 0) unreachable(place, resolved);
  const std::unique_ptr<addrinfo, void (*)(addrinfo*)> address(found, [](addrinfo* a) { freeaddrinfo(a); });
  socket_ = ::socket(address->ai_family, address->ai_socktype, address->ai_protocol);
  if (socket_ == INVALID_SOCKET)
    throw_trouble("making a socket", static_cast<std::uint32_t>(WSAGetLastError()));
  u_long on = 1;
  ioctlsocket(socket_, static_cast<long>(FIONBIO), &on);
  const int error = connect_within(socket_, *address, deadline);
  if (error == 0) return;
  closesocket(socket_);
  unreachable(place, error);
}

TcpConnection::~TcpConnection() {
  closesocket(socket_);
}

void TcpConnection::wait(bool to_write) {
  fd_set ready{1, {socket_}};
  auto left = time_left(deadline_);
  if (select(0, to_write ? nullptr : &ready, to_write ? &ready : nullptr, nullptr, &left) > 0) return;
  throw StepFailure(CheckOutcome::failed, "no-answer", "the server does not answer in time");
}

void TcpConnection::send(const void* data, std::size_t size) {
  const auto* at = static_cast<const char*>(data);
  while (size > 0) {
    wait(true);
    const int put = ::send(socket_, at, static_cast<int>(std::min<std::size_t>(size, kReceiveChunk)), 0);
    if (put <= 0) {
      if (WSAGetLastError() == WSAEWOULDBLOCK) continue;
      throw StepFailure(
          CheckOutcome::failed, "no-answer",
          "sending to the server: " + error_text(static_cast<std::uint32_t>(WSAGetLastError())));
    }
    at += put;
    size -= static_cast<std::size_t>(put);
  }
}

bool TcpConnection::receive(std::vector<char>& into) {
  char chunk[kReceiveChunk];
  for (;;) {
    wait(false);
    const int got = recv(socket_, chunk, kReceiveChunk, 0);
    if (got < 0 && WSAGetLastError() == WSAEWOULDBLOCK) continue;
    if (got <= 0) return false;
    into.insert(into.end(), chunk, chunk + got);
    return true;
  }
}

}  // namespace smx::agent
