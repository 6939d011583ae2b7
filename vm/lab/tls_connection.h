#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "harness/core/unique_fd.h"
#include "vm/lab/openssl_types.h"
#include "vm/lab/tls_log.h"

namespace smx::vm {

/// One client of the TLS server: handshake, request line and headers, answer, close. Non-blocking; `step` is
/// called when the socket is ready, and does what can be done. For this folder's .cpp files only.
class TlsConnection {
 public:
  using Clock = std::chrono::steady_clock;

  TlsConnection(SSL_CTX* context, UniqueFd fd, Clock::time_point deadline);

  void step();
  /// Ends it with a reason.
  void give_up(const std::string& why);
  bool done() const { return phase_ == Phase::done; }
  /// The request was read; the next `step` begins to answer.
  bool answering() const { return phase_ == Phase::answer; }
  int fd() const { return fd_.get(); }
  short events() const { return events_; }  ///< for poll: POLLIN or POLLOUT
  Clock::time_point deadline() const { return deadline_; }
  const TlsLogEntry& entry() const { return entry_; }

  std::optional<std::size_t> log_number;  ///< for the server: where the entry is in its log

 private:
  enum class Phase { handshake, request, answer, closing, done };

  bool shake_hands();
  bool read_request();
  bool write_answer();
  bool close_gracefully();
  /// After an OpenSSL call that gave `result`: waits for the socket, or gives up. Always false.
  bool wait_or_give_up(int result, const char* doing);
  void keep_certificate();
  void parse_request();

  UniqueFd fd_;
  SslPtr ssl_;
  Clock::time_point deadline_;
  Phase phase_ = Phase::handshake;
  short events_;
  std::string request_, answer_;
  std::size_t written_ = 0;
  TlsLogEntry entry_;
};

}  // namespace smx::vm
