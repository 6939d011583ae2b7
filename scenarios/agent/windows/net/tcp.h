#pragma once

#include <string>
#include <vector>

#include "scenarios/agent/core/deadline.h"
#include "scenarios/agent/core/request.h"

namespace smx::agent {

/// A TCP connection, closed with this object. Every call ends at the deadline.
class TcpConnection {
 public:
  /// Throws StepFailure (failed: `no-network` when the host cannot be reached, `no-server` when no server
  /// answers).
  TcpConnection(const std::string& host, int port, const Deadline& deadline);
  ~TcpConnection();
  TcpConnection(const TcpConnection&) = delete;
  TcpConnection& operator=(const TcpConnection&) = delete;

  /// Throws StepFailure (failed, `no-answer`).
  void send(const void* data, std::size_t size);
  /// Appends what comes next, at most 16 KiB; false when the other side has closed. Throws StepFailure
  /// (failed, `no-answer`).
  bool receive(std::vector<char>& into);

 private:
  void wait(bool to_write);
  std::uintptr_t socket_;
  const Deadline& deadline_;
};

}  // namespace smx::agent
