#include "scenarios/agent/windows/net/rdp_listener.h"

#include <algorithm>

#include "scenarios/agent/core/reporter.h"
#include "scenarios/agent/windows/net/tcp.h"
#include "scenarios/agent/windows/win32/wait_until.h"

namespace smx::agent {
namespace {

constexpr std::size_t kHeader = 4;

/// At most one chunk more than a confirm has.
Bytes confirm_from(TcpConnection& tcp) {
  std::vector<char> answer;
  std::size_t wanted = kHeader;
  while (answer.size() < wanted && tcp.receive(answer))
    if (answer.size() >= kHeader)
      wanted = std::max(kHeader, rdp_confirm_size({answer.begin(), answer.begin() + kHeader}));
  return {answer.begin(), answer.end()};
}

}  // namespace

std::optional<RdpConfirm> ask_rdp_listener(int port, const Deadline& deadline) {
  std::optional<RdpConfirm> confirm;
  std::optional<StepFailure> refusal;
  const bool connected = wait_until(deadline, [&] {
    try {
      TcpConnection tcp("127.0.0.1", port, deadline);
      const auto request = rdp_connection_request();
      tcp.send(request.data(), request.size());
      confirm = rdp_confirm(confirm_from(tcp));
      return true;
    } catch (const StepFailure& failure) {
      refusal = failure;
      return false;
    }
  });
  if (!connected) throw StepFailure(*refusal);
  return confirm;
}

}  // namespace smx::agent
