#include "scenarios/agent/linux/link.h"

#include <ifaddrs.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "scenarios/agent/core/reporter.h"

namespace smx::agent {
namespace {

[[noreturn]] void link_trouble(const char* what) {
  throw StepFailure(CheckOutcome::blocked, "system-trouble", std::string(what) + ": " + std::strerror(errno));
}

/// A socket that becomes readable when the kernel says something of an interface.
class LinkNotices {
 public:
  LinkNotices() : socket_(::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE)) {
    if (socket_ < 0) link_trouble("no notices of the network's links");
    sockaddr_nl here{};
    here.nl_family = AF_NETLINK;
    here.nl_groups = RTMGRP_LINK;
    if (::bind(socket_, reinterpret_cast<sockaddr*>(&here), sizeof here) == 0) return;
    ::close(socket_);
    link_trouble("no notices of the network's links");
  }
  ~LinkNotices() { ::close(socket_); }
  LinkNotices(const LinkNotices&) = delete;
  LinkNotices& operator=(const LinkNotices&) = delete;

  void wait(Deadline::Duration limit) const {
    pollfd wanted{socket_, POLLIN, 0};
    if (::poll(&wanted, 1, static_cast<int>(limit.count())) <= 0) return;
    std::array<char, 8192> notice{};
    // What it says is not looked at: the interfaces are asked anew.
    if (::recv(socket_, notice.data(), notice.size(), 0) < 0 && errno != ENOBUFS)
      link_trouble("a link's notice");
  }

 private:
  int socket_;
};

bool has_link() {
  ifaddrs* first = nullptr;
  if (::getifaddrs(&first) != 0) link_trouble("the network's interfaces");
  bool found = false;
  for (const ifaddrs* at = first; at != nullptr; at = at->ifa_next)
    found = found || ((at->ifa_flags & IFF_LOOPBACK) == 0 && (at->ifa_flags & IFF_RUNNING) != 0);
  ::freeifaddrs(first);
  return found;
}

}  // namespace

bool wait_for_link(const Deadline& deadline) {
  const LinkNotices notices;  // before the first look, so that nothing falls between
  while (!has_link()) {
    if (deadline.over()) return false;
    notices.wait(deadline.remaining());
  }
  return true;
}

}  // namespace smx::agent
