#include "scenarios/agent/windows/rows/scenarios.h"

#include <gtest/gtest.h>

#include <thread>

#include "scenarios/agent/core/reporter.h"
#include "scenarios/agent/windows/net/rdp_listener.h"
#include "scenarios/agent/windows/platform/windows_platform.h"
#include "scenarios/agent/windows/win32/system.h"
#include "tests/unit/agent/scenario_run.h"

namespace smx::agent {
namespace {

/// Takes one connection on a port of its own, answers in pieces of `piece` bytes, and hangs up.
class Listener {
 public:
  explicit Listener(Bytes answer, int piece = 100) : answer_(std::move(answer)), piece_(piece) {
    WSADATA data{};
    WSAStartup(MAKEWORD(2, 2), &data);
    socket_ = ::socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
    sockaddr_in place{};
    place.sin_family = AF_INET;
    place.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    bind(socket_, reinterpret_cast<sockaddr*>(&place), sizeof place);
    listen(socket_, 1);
    int size = sizeof place;
    getsockname(socket_, reinterpret_cast<sockaddr*>(&place), &size);
    port_ = ntohs(place.sin_port);
    thread_ = std::thread([this] { serve(); });
  }
  ~Listener() {
    thread_.join();
    closesocket(socket_);
    WSACleanup();
  }
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;
  int port() const { return port_; }
  const Bytes& asked() const { return asked_; }

 private:
  void serve() {
    const auto client = accept(socket_, nullptr, nullptr);
    char chunk[64];
    const int got = recv(client, chunk, sizeof chunk, 0);
    if (got > 0) asked_.assign(chunk, chunk + got);
    for (std::size_t at = 0; at < answer_.size(); at += static_cast<std::size_t>(piece_)) {
      const auto rest = std::min<std::size_t>(answer_.size() - at, static_cast<std::size_t>(piece_));
      send(client, reinterpret_cast<const char*>(answer_.data()) + at, static_cast<int>(rest), 0);
    }
    closesocket(client);
  }
  Bytes answer_, asked_;
  int piece_, port_ = 0;
  SOCKET socket_ = INVALID_SOCKET;
  std::thread thread_;
};

const Bytes kConfirm{0x03, 0x00, 0x00, 0x13, 0x0e, 0xd0, 0x00, 0x00, 0x12, 0x34,
                     0x00, 0x02, 0x1f, 0x08, 0x00, 0x02, 0x00, 0x00, 0x00};

const Deadline& soon() {
  static thread_local std::optional<Deadline> deadline;
  deadline.emplace(Deadline::Duration{10000});
  return *deadline;
}

TEST(RdpListener, is_asked_and_understood) {
  Listener listener(kConfirm);
  const auto confirm = ask_rdp_listener(listener.port(), soon());
  ASSERT_TRUE(confirm);
  EXPECT_EQ(confirm->value, 2u);
}

TEST(RdpListener, may_answer_byte_by_byte) {
  Listener listener(kConfirm, 1);
  EXPECT_TRUE(ask_rdp_listener(listener.port(), soon()));
}

TEST(RdpListener, is_nobody_else) {
  for (const auto& answer : {to_bytes("SSH-2.0-x\r\n"), to_bytes("HTTP/1.1 400 Bad Request\r\n"), Bytes{},
                             Bytes(kConfirm.begin(), kConfirm.end() - 1)}) {
    Listener listener(answer);
    EXPECT_FALSE(ask_rdp_listener(listener.port(), soon()));
  }
}

TEST(RdpListener, that_is_not_there_is_no_server) {
  int port = 0;
  {
    Listener listener(kConfirm);
    port = listener.port();
    ask_rdp_listener(port, soon());
  }
  try {
    ask_rdp_listener(port, Deadline(Deadline::Duration{1000}));
    FAIL();
  } catch (const StepFailure& failure) {
    EXPECT_TRUE(failure.cause == "no-server" || failure.cause == "no-answer") << failure.cause;
  }
}

TEST(RemoteDesktop, never_passes_on_one_machine) {
  Request request;
  request.nonce = std::string(32, 'e');
  WindowsPlatform platform;
  const ScenarioRun run(remote_desktop_logon(), request, platform);
  const auto& reports = run.checks.reports();
  ASSERT_EQ(reports.size(), 2u);
  EXPECT_NE(reports[1].outcome, CheckOutcome::passed);
  EXPECT_NE(reports[1].outcome, CheckOutcome::not_applicable);
}

}  // namespace
}  // namespace smx::agent
